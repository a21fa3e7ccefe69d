package dev.meander.djl;

import dev.meander.core.weights.Role;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Gains and shifts of normalisations by what the text does with them, whatever their classes are
 * called: the weight and the bias of a call of a norm, in a method or in a function that it calls.
 */
final class NormGains {

  /** Which arguments of an operator are gain and shift; -1 for none. */
  private record Places(int gain, int shift) {
    static final Places NONE = new Places(-1, -1);
  }

  private static final Map<String, Places> OPERATORS =
      Map.of(
          "torch.layer_norm", new Places(2, 3),
          "torch.group_norm", new Places(2, 3),
          "torch.rms_norm", new Places(2, -1),
          "torch.instance_norm", new Places(1, 2),
          "torch.batch_norm", new Places(1, 2),
          "torch.native_batch_norm", new Places(1, 2),
          "torch.native_layer_norm", new Places(2, 3));

  private final Map<String, String> functions = new HashMap<>();
  private final Map<String, Places> known = new HashMap<>(OPERATORS);

  private NormGains(ModelArchive archive) {
    archive.files().forEach(file -> functions.putAll(file.functions()));
  }

  /** Roles by the full names of attributes, from text that is not patched yet. */
  static Map<String, Role> of(ModelArchive archive) {
    NormGains gains = new NormGains(archive);
    Map<String, Map<String, Role>> byClass = new HashMap<>();
    archive.classes().forEach(type -> byClass.put(type.name(), gains.paths(type)));
    Map<String, Role> roles = new LinkedHashMap<>();
    archive
        .objects()
        .forEach(
            (path, object) ->
                byClass
                    .getOrDefault(object.className(), Map.of())
                    .forEach((attribute, role) -> roles.put(path + attribute, role)));
    return roles;
  }

  private Map<String, Role> paths(ScriptClass type) {
    Map<String, Role> paths = new HashMap<>();
    for (String method : type.methods().values()) {
      ScriptText text = new ScriptText(method);
      for (ScriptText.Call call : text.calls()) {
        Places places = places(call.callee());
        put(paths, text, argument(text, call, places.gain()), Role.GAIN);
        put(paths, text, argument(text, call, places.shift()), Role.SHIFT);
      }
    }
    return paths;
  }

  private static void put(
      Map<String, Role> paths, ScriptText text, @Nullable String argument, Role role) {
    String origin = argument == null ? null : text.origin(argument);
    String self = text.parameters().isEmpty() ? "" : text.parameters().get(0) + ".";
    if (origin != null && origin.startsWith(self)) {
      paths.put(origin.substring(self.length()), role);
    }
  }

  private static @Nullable String argument(ScriptText text, ScriptText.Call call, int place) {
    List<String> arguments = place < 0 ? List.of() : text.arguments(call);
    return place < 0 || place >= arguments.size() ? null : arguments.get(place);
  }

  private Places places(String callee) {
    Places found = known.get(callee);
    if (found != null) {
      return found;
    }
    String function = functions.get(callee);
    known.put(callee, Places.NONE); // no norm, or a function that calls itself
    if (function != null) {
      known.put(callee, places(new ScriptText(function)));
    }
    return known.getOrDefault(callee, Places.NONE);
  }

  private Places places(ScriptText text) {
    for (ScriptText.Call call : text.calls()) {
      Places inner = places(call.callee());
      String gain = argument(text, call, inner.gain());
      String shift = argument(text, call, inner.shift());
      if (gain != null) {
        return new Places(parameter(text, gain), shift == null ? -1 : parameter(text, shift));
      }
    }
    return Places.NONE;
  }

  private static int parameter(ScriptText text, String argument) {
    return text.parameters().indexOf(text.origin(argument));
  }
}
