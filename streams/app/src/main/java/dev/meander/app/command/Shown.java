package dev.meander.app.command;

import dev.meander.schemas.Credentials;
import dev.meander.schemas.Printable;
import java.util.stream.Collectors;

/** Texts as a terminal gets them: without secrets, and without what a terminal would obey. */
final class Shown {

  /** Longest line of a message; what comes from outside may be of any length. */
  private static final int LINE_MAX = 4_000;

  private Shown() {}

  /** A message of several lines. */
  static String message(String text) {
    return Credentials.hide(text)
        .lines()
        .map(line -> Printable.shortened(line, LINE_MAX))
        .collect(Collectors.joining(System.lineSeparator()));
  }

  /** Lines of a listing, of any length. */
  static String listing(String text) {
    return Credentials.hide(text)
        .lines()
        .map(Printable::escaped)
        .collect(Collectors.joining(System.lineSeparator()));
  }
}
