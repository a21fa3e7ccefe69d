package dev.meander.djl;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Writes methods that call a model's {@code forward} with one tensor and answer its tensors: as it
 * is when it is one tensor, else as a dict of them, named by key, field or position. What is absent
 * in a pass is left out, further parameters take their default or None.
 */
final class OutputPatch {

  private final ScriptSignature forward;
  private final Function<String, @Nullable ScriptClass> classes;
  private int variables;

  private OutputPatch(ScriptSignature forward, Function<String, @Nullable ScriptClass> classes) {
    this.forward = forward;
    this.classes = classes;
  }

  /** What {@code root} answers; null when its forward cannot be called with one tensor. */
  static @Nullable OutputPatch of(ScriptClass root, Map<String, ScriptClass> classes) {
    String text = root.method("forward");
    ScriptSignature forward = text == null ? null : ScriptSignature.of(text);
    return forward == null || forward.parameters().isEmpty()
        ? null
        : new OutputPatch(forward, classes::get);
  }

  /** True when forward answers one tensor. */
  private boolean isPlain() {
    return forward.result().equals("Tensor");
  }

  /** True when forward can be called with one tensor as it is, and answers one. */
  boolean isAsIs() {
    return isPlain() && nones().isEmpty();
  }

  /** Name of the first parameter that must be given and cannot be; empty when there is none. */
  String wanting() {
    List<ScriptSignature.Parameter> all = forward.parameters();
    if (!List.of("Tensor", "Optional[Tensor]").contains(all.get(0).type())) {
      return all.get(0).name() + ": " + all.get(0).type();
    }
    return all.subList(1, all.size()).stream()
        .filter(parameter -> !parameter.optional() && !parameter.type().startsWith("Optional["))
        .map(parameter -> parameter.name() + ": " + parameter.type())
        .findFirst()
        .orElse("");
  }

  /**
   * Text of a method that answers what {@code called} answers, after {@code extra} results.
   *
   * @param name of the method
   * @param before lines that come first
   * @param called a method like forward
   * @param handed arguments before the model's input
   * @param extra expressions of further tensors, which come first in the result
   */
  String method(String name, String before, String called, String handed, List<String> extra) {
    StringBuilder body = new StringBuilder(before);
    body.append(
        "    zzy = (%s).%s(%szzx, %s)\n".formatted(forward.selfName(), called, handed, nones()));
    String result = "Tensor";
    String value = "zzy";
    if (!isPlain()) {
      result = "Dict[str, Tensor]";
      value = "zzd";
      body.append("    zzd = annotate(Dict[str, Tensor], {})\n");
      variables = 0;
      collect("zzy", forward.result(), "", "    ", body);
    }
    List<String> values = new ArrayList<>(extra);
    values.add(value);
    List<String> types = new ArrayList<>(extra.stream().map(one -> "Tensor").toList());
    types.add(result);
    boolean single = extra.isEmpty();
    return "  def %s(%s,\n    zzx: Tensor) -> %s:\n%s    return %s\n"
        .formatted(
            name,
            forward.self(),
            single ? result : "Tuple[" + String.join(", ", types) + "]",
            body,
            single ? value : "(" + String.join(", ", values) + ")");
  }

  private String nones() {
    StringBuilder nones = new StringBuilder();
    for (ScriptSignature.Parameter parameter :
        forward.parameters().subList(1, forward.parameters().size())) {
      if (parameter.optional()) {
        break;
      }
      nones.append("None, ");
    }
    return nones.toString();
  }

  private void collect(String value, String type, String path, String indent, StringBuilder body) {
    String name = path.isEmpty() ? "0" : path;
    ScriptClass fields = classes.apply(type);
    if (type.equals("Tensor")) {
      body.append(indent + "torch._set_item(zzd, \"%s\", %s)\n".formatted(name, value));
    } else if (type.startsWith("Optional[")) {
      String inner = inside(type).get(0);
      String given = variable(value, indent, body);
      body.append(indent + "if torch.__isnot__(%s, None):\n".formatted(given));
      String cast = "zzv" + variables++;
      body.append(indent + "  %s = unchecked_cast(%s, %s)\n".formatted(cast, inner, given));
      collect(cast, inner, path, indent + "  ", body);
      body.append(indent + "else:\n" + indent + "  pass\n");
    } else if (type.equals("Dict[str, Tensor]")) {
      String keys = variable("torch.keys(" + value + ")", indent, body);
      entries(keys + "[zzi]", value + "[" + keys + "[zzi]]", keys, path, indent, body);
    } else if (type.equals("List[Tensor]")) {
      String list = variable(value, indent, body);
      entries("zzi", list + "[zzi]", list, path, indent, body);
    } else if (type.startsWith("Tuple[")) {
      List<String> types = inside(type);
      String tuple = variable(value, indent, body);
      for (int i = 0; i < types.size(); i++) {
        collect("(%s)[%d]".formatted(tuple, i), types.get(i), joined(path, "" + i), indent, body);
      }
    } else if (fields != null && fields.isNamedTuple()) {
      String tuple = variable(value, indent, body);
      int i = 0;
      for (Map.Entry<String, String> field : fields.fields().entrySet()) {
        String part = "(%s)[%d]".formatted(tuple, i++);
        collect(part, field.getValue(), joined(path, field.getKey()), indent, body);
      }
    }
  }

  private static void entries(
      String key, String value, String of, String path, String indent, StringBuilder body) {
    String format = path.isEmpty() ? "{}" : path + ".{}";
    body.append(indent + "for zzi in range(torch.len(%s)):\n".formatted(of));
    body.append(
        indent
            + "  torch._set_item(zzd, torch.format(\"%s\", %s), %s)\n"
                .formatted(format, key, value));
  }

  private String variable(String value, String indent, StringBuilder body) {
    String variable = "zzv" + variables++;
    body.append(indent + variable + " = " + value + "\n");
    return variable;
  }

  private static String joined(String path, String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  private static List<String> inside(String type) {
    return ScriptExpression.arguments(type, type.indexOf('[') + 1);
  }
}
