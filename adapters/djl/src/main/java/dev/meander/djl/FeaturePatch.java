package dev.meander.djl;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Adds methods to a model's class that answer {@code (features, logits)} in one pass: from exported
 * methods {@code features} and {@code head}, and from the last call of {@code forward}, whose
 * argument is the features. Which of them really does is for the caller to check.
 */
final class FeaturePatch {

  private static final String EXPORTED = "meander_pass_exported";
  private static final String INJECTED = "meander_pass_injected";
  private static final int HOPS_MAX = 5;
  private static final Pattern METHOD =
      Pattern.compile(
          "  def \\w+\\((\\w+): ([^,]+),\\n    (\\w+): Tensor\\) -> Tensor:\\n((?s).*)");
  private static final Pattern LAST_CALL =
      Pattern.compile(
          "((?:[^\\n]*\\n)*?)    (?:return|(\\w+) =) \\((\\w+)\\)\\.(\\w+)\\(([^\\n]*), \\)\\n"
              + "(?:    return (\\w+)\\n)?");

  private FeaturePatch() {}

  /** Adds what can be added and names it, the most trusted first. */
  static List<String> apply(ScriptClass root) {
    List<String> added = new ArrayList<>();
    exported(root, added);
    String method = "forward";
    for (int hop = 0; hop < HOPS_MAX && !method.isEmpty(); hop++) {
      method = injected(root, method, added);
    }
    return added;
  }

  private static void exported(ScriptClass root, List<String> added) {
    String features = root.method("features");
    String head = root.method("head");
    if (features == null || head == null) {
      return;
    }
    Matcher signature = METHOD.matcher(features);
    if (signature.matches() && METHOD.matcher(head).matches()) {
      root.putMethod(
          EXPORTED,
          header(EXPORTED, signature)
              + "    zzf = (%1$s).features(%2$s, )\n    return (zzf, (%1$s).head(zzf, ))\n"
                  .formatted(signature.group(1), signature.group(3)));
      added.add(EXPORTED);
    }
  }

  /** Injects at the last call of a method, or names the method that it only hands over to. */
  private static String injected(ScriptClass root, String method, List<String> added) {
    String text = root.method(method);
    if (text == null) {
      return "";
    }
    Matcher signature = METHOD.matcher(text);
    if (!signature.matches()) {
      return "";
    }
    Matcher call = LAST_CALL.matcher(signature.group(4));
    if (!call.matches()
        || !endsWithTheCall(call)
        || ScriptExpression.arguments(call.group(5) + ")", 0).size() != 1) {
      return "";
    }
    boolean handsOver =
        call.group(1).isEmpty()
            && call.group(3).equals(signature.group(1))
            && call.group(5).equals(signature.group(3));
    if (handsOver) {
      return call.group(4);
    }
    root.putMethod(
        INJECTED,
        header(INJECTED, signature)
            + call.group(1)
            + "    zzf = %s\n    return (zzf, (%s).%s(zzf, ))\n"
                .formatted(call.group(5), call.group(3), call.group(4)));
    added.add(INJECTED);
    return "";
  }

  private static boolean endsWithTheCall(Matcher call) {
    String assigned = call.group(2);
    String returned = call.group(6);
    return assigned == null ? returned == null : assigned.equals(returned);
  }

  private static String header(String name, Matcher signature) {
    return "  def %s(%s: %s,\n    %s: Tensor) -> Tuple[Tensor, Tensor]:\n"
        .formatted(name, signature.group(1), signature.group(2), signature.group(3));
  }
}
