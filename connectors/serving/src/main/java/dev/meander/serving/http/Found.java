package dev.meander.serving.http;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * What a message says was found: short, on one line, and in the words of JSON.
 *
 * <p>Thread-safety: stateless.
 */
final class Found {

  private static final int CHARACTERS_MAX = 100;
  private static final int LINE_CHARACTERS_MAX = 300;

  private Found() {}

  /** The value the parser stands on: short, whatever it is. */
  static String value(JsonParser parser) throws IOException {
    JsonToken token = parser.currentToken();
    if (token == null) {
      return "the end";
    }
    return switch (token) {
      case START_OBJECT, START_ARRAY, END_OBJECT, END_ARRAY -> token.asString();
      case VALUE_STRING -> text(parser.getText());
      default -> text(parser.getText());
    };
  }

  /** A sentence of a library, cut a little later. */
  static String line(String found) {
    return cut(found, LINE_CHARACTERS_MAX);
  }

  /** {@code found}, cut and without line breaks. */
  static String text(@Nullable String found) {
    return cut(String.valueOf(found), CHARACTERS_MAX);
  }

  private static String cut(String text, int charactersMax) {
    String line = text.replaceAll("\\p{Cntrl}", " ");
    return line.length() <= charactersMax ? line : line.substring(0, charactersMax) + "...";
  }
}
