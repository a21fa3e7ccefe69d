package dev.meander.app;

import dev.meander.schemas.Printable;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The keys of a configuration file, read as {@link Properties} reads them, and what of it reads
 * otherwise than it looks: a key given twice, backslashes of paths, characters nobody can see.
 *
 * @param values keys and texts, those of an earlier line where a key comes again
 * @param problems what must not be passed over in silence, in order of lines
 */
record PropertyLines(Map<String, String> values, List<String> problems) {

  /** Characters that mean something behind a backslash. */
  private static final Pattern ESCAPE = Pattern.compile("\\\\(.)", Pattern.DOTALL);

  private static final String ESCAPED = "tnrfu\\=:#!\" '\n";
  private static final Pattern UNICODE = Pattern.compile("[0-9A-Fa-f]{4}.*", Pattern.DOTALL);

  /** A line that reads as a key of ours, though the line before it says that it goes on. */
  private static final Pattern OWN_KEY = Pattern.compile("[a-z]+(\\.[a-z]+)+\\s*[=:].*");

  private static final Pattern FOREIGN = Pattern.compile("(kafka|registry)\\..*", Pattern.DOTALL);

  PropertyLines {
    values = Map.copyOf(values);
    problems = List.copyOf(problems);
  }

  /** Reads a whole text. */
  static PropertyLines of(String text) {
    Reading reading = new Reading();
    String[] lines = text.split("\r\n|\n|\r", -1);
    for (int i = 0; i < lines.length; i++) {
      String line = lines[i].stripLeading();
      if (line.isEmpty() || line.startsWith("#") || line.startsWith("!")) {
        continue;
      }
      int first = i + 1;
      StringBuilder logical = new StringBuilder(lines[i]);
      while (goesOn(logical) && i + 1 < lines.length) {
        logical.setLength(logical.length() - 1);
        i++;
        String next = lines[i].stripLeading();
        if (OWN_KEY.matcher(next).matches()) {
          reading.problems.add(
              "line %d: expected the rest of line %d, which ends with a backslash, found a key"
                  .formatted(i + 1, i));
        }
        logical.append(next);
      }
      reading.take(first, logical.toString());
    }
    return reading.lines();
  }

  private static boolean goesOn(CharSequence line) {
    int slashes = 0;
    for (int i = line.length() - 1; i >= 0 && line.charAt(i) == '\\'; i--) {
      slashes++;
    }
    return slashes % 2 == 1;
  }

  /** What was read so far. */
  private static final class Reading {

    private final Map<String, String> values = new HashMap<>();
    private final Map<String, List<Integer>> places = new TreeMap<>();
    private final List<String> problems = new ArrayList<>();

    void take(int number, String line) {
      String odd = oddEscape(line);
      if (odd != null) {
        problems.add("line %d: expected \\\\ for a backslash, found \"%s\"".formatted(number, odd));
        return;
      }
      Properties one = new Properties();
      try {
        one.load(new StringReader(line));
      } catch (IOException e) {
        throw new UncheckedIOException("a text can be read", e);
      }
      for (String key : one.stringPropertyNames()) {
        String value = one.getProperty(key);
        boolean foreign = FOREIGN.matcher(key).matches();
        if (!Printable.escaped(key).equals(key) || key.isEmpty()) {
          problems.add(
              "line %d: expected a key of characters that can be seen, found \"%s\""
                  .formatted(number, Printable.shortened(key)));
          continue;
        }
        if (!foreign && value.strip().chars().anyMatch(Character::isISOControl)) {
          problems.add(
              "line %d: expected \\\\ for a backslash, found the control character in \"%s\""
                  .formatted(number, Printable.shortened(value)));
          continue;
        }
        places.computeIfAbsent(key, k -> new ArrayList<>()).add(number);
        values.putIfAbsent(key, foreign ? value : value.strip());
      }
    }

    PropertyLines lines() {
      places.forEach(
          (key, lines) -> {
            if (lines.size() > 1) {
              problems.add(
                  "%s: expected the key once, found it in lines %s"
                      .formatted(
                          key,
                          lines.stream().map(String::valueOf).collect(Collectors.joining(", "))));
            }
          });
      return new PropertyLines(values, problems);
    }

    /** A backslash that would vanish, with the character behind it; null when there is none. */
    private static @Nullable String oddEscape(String line) {
      Matcher escape = ESCAPE.matcher(line);
      while (escape.find()) {
        String next = escape.group(1);
        boolean known = ESCAPED.contains(next);
        if (!known
            || (next.equals("u") && !UNICODE.matcher(line.substring(escape.end())).matches())) {
          return escape.group();
        }
      }
      return null;
    }
  }
}
