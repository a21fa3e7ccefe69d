package dev.meander.schemas;

import java.time.Duration;

/** How long the topics of the catalogue keep what they hold. */
public final class Retention {

  /** How long traffic, samples and superseded aliases can be replayed. */
  public static final Duration REPLAY_WINDOW = Duration.ofDays(7);

  /** How long decisions, commands and dead letters are kept. */
  public static final Duration AUDIT_WINDOW = Duration.ofDays(30);

  /** Largest dead letter, headers included: twice what a broker accepts elsewhere by default. */
  public static final int DEAD_LETTER_BYTES_MAX = 2 * 1024 * 1024;

  private Retention() {}
}
