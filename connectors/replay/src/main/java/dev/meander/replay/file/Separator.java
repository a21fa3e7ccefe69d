package dev.meander.replay.file;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The separator of a CSV file, found in its first lines: the one of {@code , ; tab |} that is in
 * the header, best as often in the lines after it.
 *
 * @param character it
 * @param stated whether the first line states it, as Excel's {@code sep=;} does
 */
record Separator(char character, boolean stated) {

  private static final String KNOWN = ",;\t|";
  private static final Pattern STATED = Pattern.compile("(?i)\"?sep=(.)\"?");

  /**
   * Finds it.
   *
   * @param lines the first lines that are neither blank nor comments, the header first
   * @return empty when the header has none of them
   */
  static Optional<Separator> find(List<String> lines) {
    Matcher stated = STATED.matcher(lines.get(0).strip());
    if (stated.matches()) {
      return Optional.of(new Separator(stated.group(1).charAt(0), true));
    }
    return KNOWN
        .chars()
        .mapToObj(c -> (char) c)
        .filter(c -> count(lines.get(0), c) > 0)
        .max(
            Comparator.comparing((Character c) -> isEven(lines, c))
                .thenComparing(c -> count(lines.get(0), c)))
        .map(c -> new Separator(c, false));
  }

  private static boolean isEven(List<String> lines, char separator) {
    int wanted = count(lines.get(0), separator);
    return lines.stream().allMatch(line -> count(line, separator) == wanted);
  }

  /** How often it is outside of quotes. */
  private static int count(String line, char separator) {
    int count = 0;
    boolean quoted = false;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      quoted ^= c == '"';
      count += !quoted && c == separator ? 1 : 0;
    }
    return count;
  }
}
