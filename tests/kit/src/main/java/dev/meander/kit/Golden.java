package dev.meander.kit;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Compares a text with a golden file among the test resources, in the folder of the test's package.
 * {@code -Dgolden.update=true} rewrites the files instead; the change is then read in the diff.
 */
public final class Golden {

  /** System property that turns comparison into rewriting. */
  public static final String UPDATE = "golden.update";

  private static final int DIFF_LINES_MAX = 40;

  private Golden() {}

  /** True when golden files are rewritten instead of compared. */
  public static boolean updating() {
    return Boolean.getBoolean(UPDATE);
  }

  /**
   * Compares {@code actual} with the golden file {@code name}; line ends are {@code \n}.
   *
   * @param owner test class whose package holds the file
   * @throws AssertionError with the lines that differ
   */
  public static void check(Class<?> owner, String name, String actual) {
    Path file =
        Path.of(System.getProperty("basedir", ""))
            .resolve("src/test/resources")
            .resolve(owner.getPackageName().replace('.', '/'))
            .resolve(name)
            .toAbsolutePath();
    if (updating()) {
      write(file, actual);
      return;
    }
    try (InputStream resource = owner.getResourceAsStream(name)) {
      if (resource == null) {
        throw new AssertionError("expected golden file " + file + ", found none; " + rewrite());
      }
      compare(name, new String(resource.readAllBytes(), StandardCharsets.UTF_8), actual);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Compares two texts line by line.
   *
   * @param name what is compared, for the message
   * @throws AssertionError with the lines that differ
   */
  public static void compare(String name, String expected, String actual) {
    if (!expected.equals(actual)) {
      throw new AssertionError(
          name + " differs (- golden, + now); " + rewrite() + "\n" + diff(expected, actual));
    }
  }

  private static void write(Path file, String text) {
    try {
      Files.createDirectories(file.getParent());
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String rewrite() {
    return "rewrite with -D" + UPDATE + "=true";
  }

  /** Lines only one side has, by longest common subsequence, with line numbers. */
  static String diff(String expected, String actual) {
    List<String> a = List.of(expected.split("\n", -1));
    List<String> b = List.of(actual.split("\n", -1));
    int[][] common = commonSuffixLines(a, b);
    StringBuilder lines = new StringBuilder();
    int shown = 0;
    int i = 0;
    int j = 0;
    while (i < a.size() || j < b.size()) {
      if (i < a.size() && j < b.size() && a.get(i).equals(b.get(j))) {
        i++;
        j++;
        continue;
      }
      if (++shown > DIFF_LINES_MAX) {
        return lines.append("...\n").toString();
      }
      if (j == b.size() || (i < a.size() && common[i + 1][j] >= common[i][j + 1])) {
        lines.append("-").append(i + 1).append(": ").append(a.get(i++)).append('\n');
      } else {
        lines.append("+").append(j + 1).append(": ").append(b.get(j++)).append('\n');
      }
    }
    return lines.toString();
  }

  private static int[][] commonSuffixLines(List<String> a, List<String> b) {
    int[][] common = new int[a.size() + 1][b.size() + 1];
    for (int i = a.size() - 1; i >= 0; i--) {
      for (int j = b.size() - 1; j >= 0; j--) {
        common[i][j] =
            a.get(i).equals(b.get(j))
                ? common[i + 1][j + 1] + 1
                : Math.max(common[i + 1][j], common[i][j + 1]);
      }
    }
    return common;
  }
}
