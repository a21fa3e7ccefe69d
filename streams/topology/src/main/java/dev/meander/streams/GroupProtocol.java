package dev.meander.streams;

import java.util.Locale;

/** How the instances of an application share its tasks. */
public enum GroupProtocol {
  /** The members decide; works with every broker. */
  CLASSIC,
  /** The broker decides (KIP-1071); needs brokers of 4.2 or newer. */
  STREAMS;

  /** Value of the setting {@code group.protocol}. */
  String setting() {
    return name().toLowerCase(Locale.ROOT);
  }
}
