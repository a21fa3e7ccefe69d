package dev.meander.app.doctor;

import dev.meander.core.config.ConfigurationException;
import dev.meander.core.model.AdaptableModel;
import dev.meander.core.model.ModelProvider;
import dev.meander.core.model.ModelRefusedException;
import dev.meander.core.model.ModelSource;
import dev.meander.core.model.ModelSpec;
import dev.meander.core.weights.Role;
import dev.meander.streams.AdaptationConfig;
import dev.meander.streams.BaseModel;
import java.util.ArrayList;
import java.util.List;

/**
 * The model that the configuration names: whether it opens as {@code run} opens it, what of it can
 * adapt, and whether the configured method finds something to adapt.
 */
final class ModelCheck implements Check {

  private static final String MODEL = "model";
  private static final String METHOD = "method";

  /** The method that is meant to adapt nothing. */
  private static final String NOTHING = "source";

  @Override
  public String subject() {
    return MODEL;
  }

  @Override
  public List<Finding> find(Examined examined) {
    if (examined.connection().config() == null) {
      return List.of();
    }
    AdaptationConfig adaptation = examined.configured().adaptation();
    return adaptation == null ? List.of() : find(adaptation);
  }

  private static List<Finding> find(AdaptationConfig adaptation) {
    ModelSource source = adaptation.model();
    String method = adaptation.learner().method().name();
    try {
      ModelProvider provider = ModelProvider.forSource(source);
      try {
        BaseModel base = BaseModel.check(source, provider, adaptation.learner());
        return List.of(
            opened(source, base.spec()),
            adaptable(base.spec()),
            fits(method, base.versionFloats()));
      } catch (ConfigurationException e) {
        ModelSpec spec = spec(source, provider);
        return List.of(opened(source, spec), adaptable(spec), unfit(method, e));
      }
    } catch (ModelRefusedException e) {
      return List.of(refused(e));
    }
  }

  private static ModelSpec spec(ModelSource source, ModelProvider provider) {
    try (AdaptableModel model = provider.open(source)) {
      return model.spec();
    }
  }

  private static Finding opened(ModelSource source, ModelSpec spec) {
    return Finding.ok(
        MODEL, "%s, %d classes, %s".formatted(source.file(), spec.classes(), spec.engine()));
  }

  private static Finding refused(ModelRefusedException e) {
    return Finding.fail(
        MODEL,
        String.valueOf(e.getMessage()),
        "correct model.file, model.input.shape or the model");
  }

  /** What a method may change or look at. */
  private static Finding adaptable(ModelSpec spec) {
    long batchNorms = count(spec, Role.RUNNING_MEAN);
    long gains = count(spec, Role.GAIN);
    List<String> parts = new ArrayList<>();
    parts.add(
        batchNorms == 0
            ? "no batch norm, so no statistics"
            : "statistics of " + counted(batchNorms, "batch norm"));
    parts.add(
        gains == 0
            ? "no gain or shift of a norm layer"
            : "gain and shift of " + counted(gains, "norm layer"));
    parts.add(
        count(spec, Role.HEAD_WEIGHT) == 0
            ? "no head"
            : "a head on features of width " + spec.featureWidth());
    return Finding.ok("adaptable", String.join("; ", parts));
  }

  private static String counted(long number, String what) {
    return number + " " + what + (number == 1 ? "" : "s");
  }

  private static long count(ModelSpec spec, Role role) {
    return spec.inventory().blocks().stream().filter(block -> block.role() == role).count();
  }

  private static Finding fits(String method, int floats) {
    if (floats == 0 && !method.equals(NOTHING)) {
      return Finding.fail(
          METHOD,
          method + ": expected something that it can adapt in this model, found nothing",
          "set method.name to a method that adapts what is there");
    }
    return Finding.ok(METHOD, method + ", " + floats + " floats in a version");
  }

  private static Finding unfit(String method, ConfigurationException e) {
    return Finding.fail(
        METHOD,
        method + ": " + String.join("; ", e.problems()),
        "set method.name to a method that fits, or correct the key that is named");
  }
}
