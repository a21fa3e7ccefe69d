package dev.meander.djl;

import java.util.ArrayList;
import java.util.List;

/** Takes the text of TorchScript calls apart. Brackets and commas inside of texts do not count. */
final class ScriptExpression {

  private ScriptExpression() {}

  /**
   * Arguments of the call whose opening parenthesis ends before {@code from}; commas inside
   * brackets and quotes do not count.
   */
  static List<String> arguments(String text, int from) {
    List<String> arguments = new ArrayList<>();
    int start = from;
    int end = end(text, from);
    for (int i = separator(text, from); i >= 0; i = separator(text, i + 1)) {
      add(arguments, text.substring(start, i));
      start = i + 1;
    }
    add(arguments, text.substring(start, end));
    return arguments;
  }

  private static void add(List<String> arguments, String argument) {
    if (!argument.isBlank()) {
      arguments.add(argument.strip());
    }
  }

  /** Place of the next comma of the same call; -1 when there is none. */
  private static int separator(String text, int from) {
    int end = scan(text, from, true);
    return end < text.length() && text.charAt(end) == ',' ? end : -1;
  }

  /** Place of the bracket that closes the one before {@code from}; the text's length if none. */
  static int end(String text, int from) {
    return scan(text, from, false);
  }

  private static int scan(String text, int from, boolean stopsAtCommas) {
    int depth = 0;
    for (int i = from; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\'') {
        i = endOfQuote(text, i);
      } else if (c == '(' || c == '[' || c == '{') {
        depth++;
      } else if (c == ')' || c == ']' || c == '}') {
        if (depth == 0) {
          return i;
        }
        depth--;
      } else if (c == ',' && depth == 0 && stopsAtCommas) {
        return i;
      }
    }
    return text.length();
  }

  /** The closing quote of the text that opens at {@code from}; the last character if none does. */
  private static int endOfQuote(String text, int from) {
    char quote = text.charAt(from);
    for (int i = from + 1; i < text.length(); i++) {
      if (text.charAt(i) == '\\') {
        i++;
      } else if (text.charAt(i) == quote) {
        return i;
      }
    }
    return text.length() - 1;
  }

  /**
   * Place of the parenthesis that opens what the one at {@code close} closes; -1 when there is
   * none.
   */
  static int open(String text, int close) {
    int depth = 0;
    for (int i = close; i >= 0; i--) {
      char c = text.charAt(i);
      if (c == ')' || c == ']') {
        depth++;
      } else if (c == '(' || c == '[') {
        depth--;
        if (depth == 0) {
          return i;
        }
      }
    }
    return -1;
  }
}
