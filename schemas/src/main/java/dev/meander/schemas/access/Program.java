package dev.meander.schemas.access;

import java.util.Locale;

/** Who asks something of a cluster. */
public enum Program {
  /** {@code meander run}. */
  LEARNER,
  /** {@code meander serve}. */
  NODE,
  /** A person with the commands that create, look, replay, order and send again. */
  OPERATOR;

  /** The name people read. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
