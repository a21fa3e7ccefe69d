package dev.meander.app.doctor;

import dev.meander.core.config.ConfigurationException;
import dev.meander.core.method.MethodConfig;
import dev.meander.core.method.MethodNeeds;
import dev.meander.core.model.AdaptableModel;
import dev.meander.core.model.ModelProvider;
import dev.meander.core.model.ModelRefusedException;
import dev.meander.core.model.ModelSource;
import dev.meander.core.model.ModelSpec;
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

  private static final String FITS =
      "set method.name to a method that fits, or correct the key that is named";

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
    try {
      ModelProvider provider = ModelProvider.forSource(source);
      try {
        BaseModel base = BaseModel.check(source, provider, adaptation.learner());
        return with(
            ModelReport.parts(source, base.spec()),
            fits(adaptation.learner().method(), base.spec(), base.versionFloats()));
      } catch (ConfigurationException e) {
        return with(ModelReport.parts(source, spec(source, provider)), unfit(e));
      }
    } catch (ModelRefusedException e) {
      return List.of(ModelReport.refused(e));
    }
  }

  private static List<Finding> with(List<Finding> parts, Finding method) {
    List<Finding> all = new ArrayList<>(parts);
    all.add(method);
    return all;
  }

  private static ModelSpec spec(ModelSource source, ModelProvider provider) {
    try (AdaptableModel model = provider.open(source)) {
      return model.spec();
    }
  }

  private static Finding fits(MethodConfig method, ModelSpec spec, int floats) {
    List<String> problems = MethodNeeds.problems(method, spec);
    if (!problems.isEmpty()) {
      return Finding.fail(METHOD, String.join("; ", problems), FITS);
    }
    String version =
        floats == 0
            ? ", which changes no weights: nodes answer as the exported model does"
            : ", " + floats + " floats in a version";
    return Finding.ok(METHOD, method.name() + version);
  }

  private static Finding unfit(ConfigurationException e) {
    return Finding.fail(METHOD, String.join("; ", e.problems()), FITS);
  }
}
