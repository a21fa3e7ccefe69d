package dev.meander.suite.tidy;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads Java text as far as the tidy rules need: code without comments and literals, and where
 * method bodies begin and end.
 */
final class JavaText {

  private static final Pattern TYPE = Pattern.compile("\\b(class|interface|enum|record)\\s+(\\w+)");
  private static final Pattern ENUM_CONSTANT =
      Pattern.compile("[\\s,]*[A-Z][A-Z0-9_]*\\s*(\\(.*\\))?\\s*", Pattern.DOTALL);
  private static final Pattern METHOD = Pattern.compile("(\\w+)\\s*\\(");

  private JavaText() {}

  /**
   * A method, constructor or initialiser.
   *
   * @param name its name, or {@code initialiser}
   * @param line first line of its signature, from 1
   * @param lines lines from there to its closing brace
   */
  record Body(String name, int line, int lines) {}

  private enum Kind {
    TYPE,
    ENUM,
    BODY
  }

  private record Open(Kind kind, int header) {}

  /** The text with comments, strings and characters blanked; line breaks stay where they are. */
  static String code(String text) {
    StringBuilder code = new StringBuilder(text.length());
    int at = 0;
    while (at < text.length()) {
      int end = literalEnd(text, at);
      if (end == at) {
        code.append(text.charAt(at++));
        continue;
      }
      for (; at < end; at++) {
        code.append(text.charAt(at) == '\n' ? '\n' : ' ');
      }
    }
    return code.toString();
  }

  /** End of the comment or literal that begins at {@code at}; {@code at} when none does. */
  private static int literalEnd(String text, int at) {
    if (text.startsWith("//", at)) {
      return endOr(text.length(), text.indexOf('\n', at));
    }
    if (text.startsWith("/*", at)) {
      return endOr(text.length(), text.indexOf("*/", at + 2), 2);
    }
    if (text.startsWith("\"\"\"", at)) {
      return endOr(text.length(), text.indexOf("\"\"\"", at + 3), 3);
    }
    char quote = text.charAt(at);
    if (quote != '"' && quote != '\'') {
      return at;
    }
    int end = at + 1;
    while (end < text.length() && text.charAt(end) != quote && text.charAt(end) != '\n') {
      end += text.charAt(end) == '\\' ? 2 : 1;
    }
    return Math.min(end + 1, text.length());
  }

  private static int endOr(int length, int found) {
    return endOr(length, found, 0);
  }

  private static int endOr(int length, int found, int more) {
    return found < 0 ? length : found + more;
  }

  /** Every method, constructor and initialiser; what is nested in a body counts to it. */
  static List<Body> bodies(String text) {
    String code = code(text);
    List<Body> bodies = new ArrayList<>();
    Deque<Open> open = new ArrayDeque<>();
    int header = 0;
    for (int at = 0; at < code.length(); at++) {
      char c = code.charAt(at);
      if (c == '{') {
        open.push(new Open(kind(code.substring(header, at), open.peek()), header));
      } else if (c == '}' && !open.isEmpty()) {
        Open closed = open.pop();
        boolean outermost = open.isEmpty() || open.peek().kind() != Kind.BODY;
        if (closed.kind() == Kind.BODY && outermost) {
          bodies.add(body(code, closed.header(), at));
        }
      }
      if (c == '{' || c == '}' || c == ';') {
        header = at + 1;
      }
    }
    return bodies;
  }

  private static Kind kind(String header, @org.jspecify.annotations.Nullable Open outer) {
    Matcher type = TYPE.matcher(header);
    if (outer != null && outer.kind() == Kind.BODY) {
      return Kind.BODY;
    }
    if (type.find()) {
      return type.group(1).equals("enum") ? Kind.ENUM : Kind.TYPE;
    }
    if (outer != null && outer.kind() == Kind.ENUM && ENUM_CONSTANT.matcher(header).matches()) {
      return Kind.TYPE;
    }
    return Kind.BODY;
  }

  private static Body body(String code, int header, int end) {
    int start = header;
    while (Character.isWhitespace(code.charAt(start))) {
      start++;
    }
    Matcher method = METHOD.matcher(code.substring(start, code.indexOf("{", start)));
    String name = "initialiser";
    // the first call-like word after annotations is the method's name
    while (method.find()) {
      boolean annotation = method.start() > 0 && code.charAt(start + method.start() - 1) == '@';
      if (!annotation) {
        name = method.group(1);
        break;
      }
    }
    int line = line(code, start);
    return new Body(name, line, line(code, end) - line + 1);
  }

  /** Line of a position, from 1. */
  static int line(String text, int position) {
    return 1 + (int) text.substring(0, position).chars().filter(c -> c == '\n').count();
  }
}
