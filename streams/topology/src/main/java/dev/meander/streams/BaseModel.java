package dev.meander.streams;

import dev.meander.core.config.ConfigurationException;
import dev.meander.core.learner.Learner;
import dev.meander.core.learner.LearnerConfig;
import dev.meander.core.model.AdaptableModel;
import dev.meander.core.model.ModelProvider;
import dev.meander.core.model.ModelRefusedException;
import dev.meander.core.model.ModelSource;
import dev.meander.core.model.ModelSpec;
import dev.meander.core.weights.LineageId;
import java.util.Arrays;
import java.util.List;

/**
 * The model an application adapts: opened once, so that what is wrong with it is said before the
 * first record.
 *
 * <p>Thread-safety: immutable.
 *
 * @param source where it comes from
 * @param provider who opens it
 * @param spec what it was found to be
 */
public record BaseModel(ModelSource source, ModelProvider provider, ModelSpec spec) {

  /**
   * Opens the model and a learner on it, and closes it again.
   *
   * @throws ConfigurationException when the file, its input shape or the method cannot be used
   */
  public static BaseModel check(ModelSource source, ModelProvider provider, LearnerConfig learner) {
    try (AdaptableModel model = provider.open(source)) {
      ModelSpec spec = model.spec();
      if (!Arrays.equals(spec.inputShape(), source.inputShape())) {
        throw refused(
            source,
            "model.input.shape: expected "
                + Arrays.toString(spec.inputShape())
                + ", found "
                + Arrays.toString(source.inputShape()));
      }
      LineageId any = new LineageId(source.name(), LineageId.GLOBAL);
      new Learner(any, learner, model).served();
      return new BaseModel(source, provider, spec);
    } catch (ModelRefusedException | IllegalArgumentException e) {
      throw refused(source, String.valueOf(e.getMessage()));
    }
  }

  private static ConfigurationException refused(ModelSource source, String problem) {
    return new ConfigurationException("model " + source.file(), List.of(problem));
  }
}
