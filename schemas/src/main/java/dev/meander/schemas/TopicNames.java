package dev.meander.schemas;

import java.util.regex.Pattern;

/**
 * Full names of the catalogue's topics under one prefix, such as {@code meander.traffic}.
 *
 * @param prefix 1 to 200 letters, digits, '.', '_' or '-', neither starting nor ending with '.'
 */
public record TopicNames(String prefix) {

  /** Prefix when none is configured. */
  public static final String DEFAULT_PREFIX = "meander";

  private static final Pattern PREFIX = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]{0,199}");

  public TopicNames {
    if (!PREFIX.matcher(prefix).matches() || prefix.endsWith(".")) {
      throw new IllegalArgumentException(
          "expected a topic prefix of 1 to 200 letters, digits, '.', '_' or '-' that neither starts nor"
              + " ends with '.', found \""
              + prefix
              + "\"");
    }
  }

  /** Names under {@link #DEFAULT_PREFIX}. */
  public static TopicNames standard() {
    return new TopicNames(DEFAULT_PREFIX);
  }

  /** Full name of {@code topic}. */
  public String of(Topic topic) {
    return prefix + "." + topic.suffix();
  }

  /** Registry subject of the values of {@code topic} (TopicNameStrategy). */
  public String subject(Topic topic) {
    return of(topic) + "-value";
  }

  public String traffic() {
    return of(Topic.TRAFFIC);
  }

  public String samples() {
    return of(Topic.SAMPLES);
  }

  public String adapters() {
    return of(Topic.ADAPTERS);
  }

  public String aliases() {
    return of(Topic.ALIASES);
  }

  public String acks() {
    return of(Topic.ACKS);
  }

  public String decisions() {
    return of(Topic.DECISIONS);
  }

  public String predictions() {
    return of(Topic.PREDICTIONS);
  }

  public String commands() {
    return of(Topic.COMMANDS);
  }

  public String dlq() {
    return of(Topic.DLQ);
  }
}
