package dev.meander.app.parity;

import com.fasterxml.jackson.databind.JsonNode;
import dev.meander.core.model.AdaptableModel;
import dev.meander.core.model.ModelProvider;
import dev.meander.core.model.ModelSource;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Follows every golden trace of a folder. */
public final class Parity {

  private Parity() {}

  /**
   * @param folder with {@code golden.json}, or with folders that have one
   * @param each told every deviation as soon as it is known
   * @return all of them
   * @throws TraceRefusedException when the folder has no traces that can be read
   */
  public static List<Deviation> check(Path folder, Consumer<Deviation> each) {
    List<Deviation> all = new ArrayList<>();
    for (GoldenSet set : GoldenSet.all(folder)) {
      ModelSource source = set.network();
      try (AdaptableModel model = ModelProvider.forSource(source).open(source)) {
        List<Deviation> formulas = FormulaRun.follow(set);
        formulas.forEach(each);
        all.addAll(formulas);
        for (JsonNode trace : set.traces()) {
          List<Deviation> found = follow(set, trace, model);
          found.forEach(each);
          all.addAll(found);
        }
      }
    }
    return all;
  }

  /** A trace that cannot be followed counts as one that is not met, and says why. */
  private static List<Deviation> follow(GoldenSet set, JsonNode trace, AdaptableModel model) {
    try {
      return TraceRun.follow(set, trace, model);
    } catch (TraceRefusedException | IllegalArgumentException e) {
      String tag = trace.path("tag").asText();
      return List.of(
          new Deviation(
              set.name(), tag, String.valueOf(e.getMessage()), Double.POSITIVE_INFINITY, 0));
    }
  }
}
