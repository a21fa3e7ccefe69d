package dev.meander.djl;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds the layers that a model may end with: multiplications by a weight, in whatever method of
 * whatever module {@code forward} reaches them, the last ones first. It reads text only; which of
 * them gives the logits is found out by running them.
 */
final class HeadSearch {

  /**
   * One call in a method.
   *
   * @param type class of the method
   * @param method its name
   * @param at where in its text the called name starts
   */
  record Step(ScriptClass type, String method, int at) {}

  private static final int LAYERS_MAX = 10;
  private static final int CONVOLUTIONS_MAX = 2;
  private static final int DEPTH_MAX = 50;
  private static final Pattern CALL =
      Pattern.compile(
          "\\)\\.(\\w+)\\(|torch\\.(linear|addmm|matmul|mm|conv2d|_convolution)(?=\\()");

  private final Map<String, ScriptClass> classes = new HashMap<>();
  private final List<List<Step>> found = new ArrayList<>();
  private int convolutions;

  private HeadSearch(Iterable<ScriptClass> classes) {
    classes.forEach(type -> this.classes.put(type.name(), type));
  }

  /**
   * Ways from {@code forward} of {@code root} to a layer: module calls, and the multiplication at
   * the end.
   */
  static List<List<Step>> of(ScriptClass root, Iterable<ScriptClass> classes) {
    HeadSearch search = new HeadSearch(classes);
    search.visit(root, "forward", List.of());
    return search.found;
  }

  private void visit(ScriptClass type, String method, List<Step> way) {
    String text = type.method(method);
    ScriptSignature signature = text == null ? null : ScriptSignature.of(text);
    boolean again = way.stream().anyMatch(s -> s.type() == type && s.method().equals(method));
    if (text == null || signature == null || again || way.size() > DEPTH_MAX) {
      return;
    }
    ScriptText origins = new ScriptText(text);
    for (Step call : calls(type, method, text)) {
      if (found.size() >= LAYERS_MAX) {
        return;
      }
      List<Step> further = new ArrayList<>(way);
      further.add(call);
      Matcher at = CALL.matcher(text);
      if (!at.find(call.at())) {
        throw new IllegalStateException("a call was found twice: " + text);
      }
      if (at.group(2) != null) {
        add(further, at.group(2));
      } else {
        int open = ScriptExpression.open(text, at.start());
        ScriptClass target = module(type, origins, text.substring(open + 1, at.start()));
        if (target != null) {
          visit(target, at.group(1), further);
        }
      }
    }
  }

  private void add(List<Step> way, String operation) {
    if (operation.startsWith("conv") || operation.startsWith("_conv")) {
      convolutions++;
      if (convolutions > CONVOLUTIONS_MAX) {
        return;
      }
    }
    found.add(way);
  }

  /** Calls of a method, the last line first, and in a line from the outermost to the innermost. */
  private static List<Step> calls(ScriptClass type, String method, String text) {
    List<Step> calls = new ArrayList<>();
    int end = text.length();
    while (end > 0) {
      int start = text.lastIndexOf('\n', end - 1) + 1;
      Matcher call = CALL.matcher(text).region(start, end);
      call.useTransparentBounds(true);
      while (call.find()) {
        calls.add(new Step(type, method, call.start()));
      }
      end = start - 1;
    }
    return calls;
  }

  /** Class of the module that an expression in a method of {@code type} stands for. */
  private @Nullable ScriptClass module(ScriptClass type, ScriptText text, String expression) {
    String origin = text.origin(expression);
    String[] path = origin == null ? new String[0] : origin.split("\\.");
    if (path.length == 0 || !path[0].equals(text.parameters().get(0))) {
      return null;
    }
    @Nullable ScriptClass found = type;
    for (int i = 1; i < path.length && found != null; i++) {
      found = classes.get(found.declaredType(path[i]));
    }
    return found;
  }
}
