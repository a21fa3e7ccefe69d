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
import java.util.concurrent.atomic.LongAdder;

/**
 * The model an application adapts: opened once, so that what is wrong with it is said before the
 * first record.
 *
 * <p>Thread-safety: immutable.
 *
 * @param source where it comes from
 * @param provider who opens it
 * @param spec what it was found to be
 * @param versionFloats floats of a version; 0 when the method finds nothing to adapt
 * @param stepBytes most bytes that one step of a learner writes: its state, the version it makes,
 *     and what framing remembers of that
 */
public record BaseModel(
    ModelSource source, ModelProvider provider, ModelSpec spec, int versionFloats, long stepBytes) {

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
      Learner example = new Learner(any, learner, model);
      return new BaseModel(source, provider, spec, example.served().size(), stepBytes(example));
    } catch (ModelRefusedException | IllegalArgumentException e) {
      throw refused(source, String.valueOf(e.getMessage()));
    }
  }

  private static long stepBytes(Learner learner) {
    LongAdder bytes = new LongAdder();
    learner.blocks().forEach((name, block) -> bytes.add(block.length));
    long versionBytes = (long) Float.BYTES * learner.served().size();
    // published floats are in the state too where they are not the learned ones
    return bytes.sum() + 3 * versionBytes;
  }

  private static ConfigurationException refused(ModelSource source, String problem) {
    return new ConfigurationException("model " + source.file(), List.of(problem));
  }
}
