package dev.meander.core.config;

import java.util.List;

/**
 * A configuration that cannot be used, with every problem found. A program stops with exit code 2.
 */
public final class ConfigurationException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient List<String> problems;

  /**
   * @param origin where the configuration comes from, such as a file name
   * @param problems at least one
   */
  public ConfigurationException(String origin, List<String> problems) {
    super(text(origin, problems));
    this.problems = List.copyOf(problems);
  }

  private static String text(String origin, List<String> problems) {
    String head = problems.size() == 1 ? "1 problem" : problems.size() + " problems";
    return head + " in " + origin + ":\n  " + String.join("\n  ", problems);
  }

  /** Every problem: unknown keys first, each part in order of key. */
  public List<String> problems() {
    return problems;
  }
}
