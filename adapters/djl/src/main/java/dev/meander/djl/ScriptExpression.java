package dev.meander.djl;

import java.util.ArrayList;
import java.util.List;

/** Takes the text of TorchScript calls apart. */
final class ScriptExpression {

  private ScriptExpression() {}

  /**
   * Arguments of the call whose opening parenthesis ends before {@code from}; commas inside
   * brackets do not count.
   */
  static List<String> arguments(String text, int from) {
    List<String> arguments = new ArrayList<>();
    int depth = 0;
    int start = from;
    for (int i = from; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean closing = c == ')' || c == ']';
      if (depth == 0 && (c == ',' || closing)) {
        String argument = text.substring(start, i).strip();
        if (!argument.isEmpty()) {
          arguments.add(argument);
        }
        start = i + 1;
        if (closing) {
          return arguments;
        }
      } else if (c == '(' || c == '[') {
        depth++;
      } else if (closing) {
        depth--;
      }
    }
    return arguments;
  }
}
