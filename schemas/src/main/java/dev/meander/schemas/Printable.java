package dev.meander.schemas;

import java.util.Locale;

/**
 * Texts from outside as a line of a listing may hold them: no line ends, no escape sequences of
 * terminals, nothing that cannot be seen or that changes the direction of what follows, and not
 * longer than the line has room for.
 *
 * <p>Thread-safety: stateless.
 */
public final class Printable {

  /** Longest key or name in a listing, in characters. */
  public static final int WIDTH = 80;

  /** Characters of one escape at most, such as {@code \}{@code u{10ffff}}. */
  private static final int ESCAPE_LENGTH = 10;

  private Printable() {}

  /** {@code text} with an escape for every character that a reader cannot see as it is. */
  public static String escaped(String text) {
    StringBuilder shown = new StringBuilder(text.length());
    text.codePoints().forEach(point -> append(shown, point));
    return shown.toString();
  }

  /**
   * {@code text} in at most {@code width} characters, escaped; one that is longer ends with {@code
   * ...} and says how long it is.
   *
   * @param width {@code >= 1}; characters of the text that are kept, what is said of its length
   *     comes on top
   */
  public static String shortened(String text, int width) {
    if (width < 1) {
      throw new IllegalArgumentException("expected a width >= 1, found " + width);
    }
    StringBuilder shown = new StringBuilder(width + ESCAPE_LENGTH);
    int at = 0;
    while (at < text.length()) {
      int point = text.codePointAt(at);
      int before = shown.length();
      append(shown, point);
      if (shown.length() > width) {
        shown.setLength(before);
        return shown + "... (" + text.length() + " characters)";
      }
      at += Character.charCount(point);
    }
    return shown.toString();
  }

  /** {@link #shortened(String, int)} with the width that listings use. */
  public static String shortened(String text) {
    return shortened(text, WIDTH);
  }

  private static void append(StringBuilder shown, int point) {
    switch (point) {
      case '\n' -> shown.append("\\n");
      case '\r' -> shown.append("\\r");
      case '\t' -> shown.append("\\t");
      default -> {
        if (isVisible(point)) {
          shown.appendCodePoint(point);
        } else if (point <= Character.MAX_VALUE) {
          shown.append(String.format(Locale.ROOT, "\\u%04x", point));
        } else {
          shown.append(String.format(Locale.ROOT, "\\u{%x}", point));
        }
      }
    }
  }

  private static boolean isVisible(int point) {
    return point == ' '
        || switch (Character.getType(point)) {
          case Character.CONTROL,
              Character.FORMAT,
              Character.SURROGATE,
              Character.PRIVATE_USE,
              Character.UNASSIGNED,
              Character.LINE_SEPARATOR,
              Character.PARAGRAPH_SEPARATOR,
              Character.SPACE_SEPARATOR ->
              false;
          default -> point != 0x3164 && point != 0x115f && point != 0x1160;
        };
  }
}
