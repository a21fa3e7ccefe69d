package dev.meander.schemas;

/** What the broker does with old records of a topic. */
public enum CleanupPolicy {
  /** Records older than the retention go. */
  DELETE("delete"),
  /** The newest record of each key stays; a record without value removes its key. */
  COMPACT("compact");

  private final String config;

  CleanupPolicy(String config) {
    this.config = config;
  }

  /** Value of the topic setting {@code cleanup.policy}. */
  public String config() {
    return config;
  }
}
