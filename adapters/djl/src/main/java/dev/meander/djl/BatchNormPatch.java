package dev.meander.djl;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Lets every call of a batch norm follow what is set at run time, see {@link SteeredNorms}. Only
 * the call itself is replaced, in whatever method of whatever class it stands, scripted or traced;
 * what surrounds it stays. Where a function calls for a method (as {@code
 * torch.nn.functional.batch_norm} does), the method calls a twin of the function.
 *
 * <p>A call can be steered when the text says which attribute holds its running mean. The others
 * stay as they are and are named.
 */
final class BatchNormPatch {

  private static final Set<String> STEERED = Set.of("torch.batch_norm", "ops.aten.batch_norm");
  private static final Pattern RELATED =
      Pattern.compile("(?:torch|ops\\.\\w+)\\.\\w*batch_norm\\w*");
  private static final int MEAN_ARGUMENT = 3;
  private static final int ARGUMENTS = 9;
  private static final String TWIN = "meander_";
  private static final String INHERITED = "meander_code, meander_calls, meander_source";
  private static final String INHERITED_PARAMETERS =
      "meander_code: Tensor,\n    meander_calls: Tensor,\n    meander_source: Tensor,\n    ";

  /** What a function does with batch norms; {@code mean} is the parameter of the running mean. */
  private record Summary(boolean normalises, int mean) {
    static final Summary NONE = new Summary(false, -1);
    static final Summary UNKNOWN = new Summary(true, -1);
  }

  /** A call that can be steered, and the argument that is its running mean. */
  private record Site(ScriptText.Call call, String mean) {}

  private final ModelArchive archive;
  private final Map<String, String> functions = new HashMap<>();
  private final Map<String, Summary> summaries = new HashMap<>();
  private final Map<String, Set<String>> unsteered = new LinkedHashMap<>(); // reasons by class
  private final Set<String> twins = new TreeSet<>();

  private BatchNormPatch(ModelArchive archive) {
    this.archive = archive;
    archive.files().forEach(file -> functions.putAll(file.functions()));
  }

  /** Patches the text of {@code archive}. */
  static SteeredNorms apply(ModelArchive archive) {
    return new BatchNormPatch(archive).apply();
  }

  private SteeredNorms apply() {
    Map<String, List<String>> means = new LinkedHashMap<>(); // origins by class
    for (ScriptClass type : archive.classes()) {
      List<String> origins = new ArrayList<>();
      type.methods().forEach((name, text) -> type.putMethod(name, patched(type, text, origins)));
      if (!origins.isEmpty()) {
        means.put(type.name(), origins);
        SteeredNorms.declare(type, origins.size());
      }
    }
    for (ScriptFile file : archive.files()) {
      file.functions()
          .forEach(
              (name, text) -> {
                if (twins.contains(name)) {
                  file.add(twin(text));
                }
              });
    }
    return SteeredNorms.of(archive, means, unsteered);
  }

  private String patched(ScriptClass type, String method, List<String> origins) {
    ScriptText text = new ScriptText(method);
    List<ScriptText.Call> calls = new ArrayList<>();
    List<String> starts = new ArrayList<>();
    for (Site site : sites(text, reason -> leave(type, reason))) {
      String self = text.parameters().get(0);
      String origin = text.origin(site.mean());
      if (origin == null || !origin.startsWith(self + ".") || !archive.canHoldMore(type)) {
        leave(
            type,
            site.mean().equals("None")
                ? SteeredNorms.OWN_BATCH
                : "its running mean is no attribute of its own");
        continue;
      }
      String path = origin.substring(self.length() + 1);
      if (!origins.contains(path)) {
        origins.add(path);
      }
      calls.add(site.call());
      starts.add(start(site.call(), SteeredNorms.arguments(self, origins.indexOf(path))));
    }
    return text.replaced(calls, starts);
  }

  private void leave(ScriptClass type, String reason) {
    unsteered.computeIfAbsent(type.name(), name -> new TreeSet<>()).add(reason);
  }

  private String start(ScriptText.Call call, String arguments) {
    if (STEERED.contains(call.callee())) {
      return SteeredNorms.FUNCTION + "(" + arguments + ", ";
    }
    addTwins(call.callee());
    return twinName(call.callee()) + "(" + arguments + ", ";
  }

  private void addTwins(String function) {
    if (twins.add(function)) {
      String text = functions.getOrDefault(function, "");
      for (Site site : sites(new ScriptText(text), reason -> {})) {
        if (!STEERED.contains(site.call().callee())) {
          addTwins(site.call().callee());
        }
      }
    }
  }

  private static String twinName(String function) {
    int dot = function.lastIndexOf('.') + 1;
    return function.substring(0, dot) + TWIN + function.substring(dot);
  }

  private String twin(String function) {
    ScriptText text = new ScriptText(function);
    List<ScriptText.Call> calls = new ArrayList<>();
    List<String> starts = new ArrayList<>();
    for (Site site : sites(text, reason -> {})) {
      calls.add(site.call());
      starts.add(start(site.call(), INHERITED));
    }
    String patched = text.replaced(calls, starts);
    int open = patched.indexOf('(') + 1;
    return "def "
        + TWIN
        + patched.substring("def ".length(), open)
        + INHERITED_PARAMETERS
        + patched.substring(open);
  }

  /** The calls of {@code text} that normalise and can be steered; the reasons of the others. */
  private List<Site> sites(ScriptText text, java.util.function.Consumer<String> others) {
    List<Site> sites = new ArrayList<>();
    for (ScriptText.Call call : text.calls()) {
      String callee = call.callee();
      List<String> arguments = text.arguments(call);
      Summary summary = summary(callee);
      if (STEERED.contains(callee) && arguments.size() == ARGUMENTS) {
        sites.add(new Site(call, arguments.get(MEAN_ARGUMENT)));
      } else if (summary.mean() >= 0 && summary.mean() < arguments.size()) {
        sites.add(new Site(call, arguments.get(summary.mean())));
      } else if (summary.normalises()) {
        others.accept("calls " + callee);
      }
    }
    return sites;
  }

  private Summary summary(String callee) {
    if (RELATED.matcher(callee).matches()) {
      return Summary.UNKNOWN;
    }
    String function = functions.get(callee);
    if (function == null) {
      return Summary.NONE;
    }
    Summary known = summaries.get(callee);
    if (known == null) {
      summaries.put(callee, Summary.NONE); // a function that calls itself
      known = summarise(new ScriptText(function));
      summaries.put(callee, known);
    }
    return known;
  }

  private Summary summarise(ScriptText text) {
    Set<String> others = new HashSet<>();
    List<Site> sites = sites(text, others::add);
    if (sites.isEmpty() && others.isEmpty()) {
      return Summary.NONE;
    }
    @Nullable String origin = sites.size() == 1 ? text.origin(sites.get(0).mean()) : null;
    return origin == null || !others.isEmpty()
        ? Summary.UNKNOWN
        : new Summary(true, text.parameters().indexOf(origin));
  }
}
