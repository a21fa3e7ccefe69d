package dev.meander.core.config;

import java.util.Collection;
import java.util.Comparator;

/** Finds the known name a mistyped one was probably meant to be. */
public final class Nearest {

  private Nearest() {}

  /**
   * A suggestion to append to a message.
   *
   * @return {@code ", did you mean X?"} when a known name is within a third of its length in edits,
   *     else an empty text
   */
  public static String suggestion(String name, Collection<String> known) {
    return known.stream()
        .min(Comparator.comparingInt((String k) -> edits(name, k)).thenComparing(k -> k))
        .filter(best -> edits(name, best) <= Math.max(2, best.length() / 3))
        .map(best -> ", did you mean " + best + "?")
        .orElse("");
  }

  /** Levenshtein distance. */
  static int edits(String a, String b) {
    int[] previous = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      previous[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] current = new int[b.length() + 1];
      current[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replace = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        current[j] = Math.min(replace, Math.min(previous[j], current[j - 1]) + 1);
      }
      previous = current;
    }
    return previous[b.length()];
  }
}
