package dev.meander.djl;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Adds methods to a model's classes that answer features, the result of the layer that sees them,
 * and the logits in one pass. The layer may be anywhere: the methods on the way to it are copied
 * with one more parameter, a list that takes what goes into the layer and what comes out. So
 * branches, early results, defaults and whatever happens after the layer stay as they are, and
 * passes of several threads do not meet. Which of the layers is the head is for the caller to
 * check.
 */
final class FeaturePatch {

  private static final String LIST = "zzc";
  private static final Pattern LAYER = Pattern.compile("torch\\.(\\w+)\\(");
  private static final Pattern CALLED = Pattern.compile("\\)\\.(\\w+)\\(");
  private static final Pattern DEFINITION = Pattern.compile("  def (\\w+)\\((\\w+: [\\w.]+)");

  private FeaturePatch() {}

  /**
   * Adds what can be added.
   *
   * @param root class of the model
   * @param classes all classes of the archive
   * @param outputs what the model answers
   * @return methods of {@code root}, those of the last layers first
   */
  static List<String> apply(ScriptClass root, Iterable<ScriptClass> classes, OutputPatch outputs) {
    List<List<HeadSearch.Step>> ways = HeadSearch.of(root, classes);
    return IntStream.range(0, ways.size())
        .mapToObj(number -> apply(root, ways.get(number), number, outputs))
        .toList();
  }

  private static String apply(
      ScriptClass root, List<HeadSearch.Step> way, int number, OutputPatch outputs) {
    for (HeadSearch.Step step : way) {
      String text = step.type().method(step.method());
      if (text == null) {
        throw new IllegalStateException("a way leads through methods that exist");
      }
      boolean layer = step == way.get(way.size() - 1);
      String edited = layer ? recorded(text, step.at()) : handedOn(text, step.at(), number);
      step.type().putMethod(name(number, step.method()), renamed(edited, number));
    }
    String pass = "meander_pass_" + number;
    root.putMethod(
        pass,
        outputs.method(
            pass,
            "    zzc = annotate(List[Tensor], [])\n",
            name(number, "forward"),
            "zzc, ",
            List.of("torch.flatten(zzc[-2], 1)", "torch.flatten(zzc[-1], 1)")));
    return pass;
  }

  private static String name(int number, String method) {
    return "meander_" + number + "_" + method;
  }

  private static String renamed(String text, int number) {
    Matcher definition = DEFINITION.matcher(text);
    if (!definition.lookingAt()) {
      throw new IllegalStateException("expected a method, found " + text);
    }
    return "  def %s(%s,\n    %s: List[Tensor]%s"
        .formatted(
            name(number, definition.group(1)),
            definition.group(2),
            LIST,
            text.substring(definition.end()));
  }

  private static String handedOn(String text, int at, int number) {
    Matcher called = CALLED.matcher(text);
    if (!called.find(at)) {
      throw new IllegalStateException("expected a call, found " + text);
    }
    return text.substring(0, at)
        + ")."
        + name(number, called.group(1))
        + "("
        + LIST
        + ", "
        + text.substring(called.end());
  }

  /** Puts what goes into a layer and what comes out of it into the list, before its line. */
  private static String recorded(String text, int at) {
    Matcher layer = LAYER.matcher(text);
    if (!layer.find(at)) {
      throw new IllegalStateException("expected a layer, found " + text);
    }
    int end = ScriptExpression.end(text, layer.end());
    List<String> arguments = new ArrayList<>(ScriptExpression.arguments(text, layer.end()));
    int input = layer.group(1).equals("addmm") ? 1 : 0;
    String features = arguments.set(input, "zzf");
    int line = text.lastIndexOf('\n', at) + 1;
    String indent =
        text.substring(line, text.length() - text.substring(line).stripLeading().length());
    return text.substring(0, line)
        + indent
        + "zzf = "
        + features
        + "\n"
        + indent
        + "zzo = torch."
        + layer.group(1)
        + "("
        + String.join(", ", arguments)
        + ")\n"
        + indent
        + "zzl = torch.append(zzc, zzf)\n"
        + indent
        + "zzk = torch.append(zzc, zzo)\n"
        + text.substring(line, at)
        + "zzo"
        + text.substring(end + 1);
  }
}
