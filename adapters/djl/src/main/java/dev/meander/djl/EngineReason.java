package dev.meander.djl;

import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What went wrong by an engine's message, whose other lines tell where. */
final class EngineReason {

  private static final Pattern RAISED =
      Pattern.compile("(?:\\w+\\.)*\\w*(?:Error|Exception|Interrupt): .*");
  private static final Pattern SAYS_NOTHING =
      Pattern.compile("The following operation failed .*|Traceback .*|");
  private static final Pattern NO_VARIANT = Pattern.compile("Arguments for call are not valid\\.");
  private static final Pattern WHY =
      Pattern.compile("(?:Expected|Unknown|Argument|Declaration|Keyword|Value) .*");
  private static final Pattern DEVICE =
      Pattern.compile("(?i).*(\\bcuda\\b|\\bmps\\b|\\bxla\\b|same device).*");
  private static final Pattern UNKNOWN_OPERATOR =
      Pattern.compile("Unknown builtin op: (\\w+)::(\\w+).*");
  private static final Pattern NEWER_FORMAT =
      Pattern.compile("Attempted to read a PyTorch file with version (\\d+).*");

  private EngineReason() {}

  /** One line. */
  static String of(EngineException e) {
    return of(e.getMessage() == null ? "" : e.getMessage());
  }

  /** True where code asks for a device that the engine does not have. */
  static boolean isOfDevice(EngineException e) {
    return DEVICE.matcher(of(e)).matches();
  }

  static String of(String message) {
    List<String> lines = message.lines().map(String::strip).toList();
    String reason = "no reason given";
    for (String line : lines) {
      if (RAISED.matcher(line).matches()) {
        reason = line;
      }
    }
    if (reason.equals("no reason given")) {
      reason =
          lines.stream()
              .filter(line -> !SAYS_NOTHING.matcher(line).matches())
              .findFirst()
              .orElse(reason);
    }
    if (NO_VARIANT.matcher(reason).matches()) {
      String why =
          lines.stream().filter(line -> WHY.matcher(line).matches()).findFirst().orElse("");
      return reason + " " + why;
    }
    return reason + writer(reason);
  }

  /** Who wrote a file that the engine does not understand, as far as the reason tells. */
  private static String writer(String reason) {
    Matcher operator = UNKNOWN_OPERATOR.matcher(reason);
    String engine = "the engine's " + Engine.getEngine("PyTorch").getVersion();
    if (operator.matches()) {
      boolean own = operator.group(1).equals("aten") || operator.group(1).equals("prim");
      return own
          ? " (a newer PyTorch than " + engine + " wrote the file)"
          : " (an operator of an extension, " + operator.group(1) + ", which the engine lacks)";
    }
    return NEWER_FORMAT.matcher(reason).matches()
        ? " (a newer PyTorch than " + engine + " wrote the file)"
        : "";
  }
}
