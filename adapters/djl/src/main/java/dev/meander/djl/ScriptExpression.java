package dev.meander.djl;

import java.util.ArrayList;
import java.util.List;

/** Takes the text of TorchScript calls apart. */
final class ScriptExpression {

  private ScriptExpression() {}

  /**
   * Arguments of the call whose opening parenthesis ends before {@code from}; commas inside
   * brackets and quotes do not count.
   */
  static List<String> arguments(String text, int from) {
    List<String> arguments = new ArrayList<>();
    int depth = 0;
    int start = from;
    for (int i = from; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\'') {
        i = endOfQuote(text, i);
        continue;
      }
      boolean closing = c == ')' || c == ']' || c == '}';
      if (depth == 0 && (c == ',' || closing)) {
        String argument = text.substring(start, i).strip();
        if (!argument.isEmpty()) {
          arguments.add(argument);
        }
        start = i + 1;
        if (closing) {
          return arguments;
        }
      } else if (c == '(' || c == '[' || c == '{') {
        depth++;
      } else if (closing) {
        depth--;
      }
    }
    return arguments;
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
}
