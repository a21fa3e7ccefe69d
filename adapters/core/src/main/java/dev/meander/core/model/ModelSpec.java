package dev.meander.core.model;

import dev.meander.core.tensor.Tensor;
import dev.meander.core.weights.Layout;
import dev.meander.core.weights.Sha256;
import java.util.Arrays;
import java.util.List;

/**
 * What a model is: identity, shapes and the inventory of its blocks.
 *
 * @param name name given in the configuration; first half of a lineage id
 * @param baseSha256 digest of the model file as the user gave it
 * @param inputShape shape of one input, without the batch dimension; -1 where the model does not
 *     say
 * @param classes number of classes
 * @param featureWidth width of the penultimate features; 0 when the model shows none
 * @param inventory every float parameter and running statistic
 * @param engine name and version of the engine that runs it
 * @param engineThreads threads one operation may use
 * @param fixedNorms batch norms that do not follow a {@link NormMode}, with the reason; sorted
 */
public record ModelSpec(
    String name,
    Sha256 baseSha256,
    int[] inputShape,
    int classes,
    int featureWidth,
    Layout inventory,
    String engine,
    int engineThreads,
    List<String> fixedNorms) {

  public ModelSpec {
    fixedNorms = List.copyOf(fixedNorms);
  }

  /** A model all of whose batch norms, if it has any, follow a {@link NormMode}. */
  public ModelSpec(
      String name,
      Sha256 baseSha256,
      int[] inputShape,
      int classes,
      int featureWidth,
      Layout inventory,
      String engine,
      int engineThreads) {
    this(
        name,
        baseSha256,
        inputShape,
        classes,
        featureWidth,
        inventory,
        engine,
        engineThreads,
        List.of());
  }

  /** True when a pass shows penultimate features beside the logits. */
  public boolean hasFeatures() {
    return featureWidth > 0;
  }

  /** Floats of one input. */
  public int inputSize() {
    return Arrays.stream(inputShape).reduce(1, Math::multiplyExact);
  }

  /**
   * Checks the shape of a batch.
   *
   * @throws IllegalArgumentException when it is not the model's, or has no row
   */
  public void checkBatch(Tensor x) {
    int[] found = x.shape();
    boolean fits =
        found.length == inputShape.length + 1
            && found[0] > 0
            && Arrays.equals(found, 1, found.length, inputShape, 0, inputShape.length);
    if (!fits) {
      throw new IllegalArgumentException(
          "expected input [b, "
              + Arrays.toString(inputShape).substring(1)
              + ", found "
              + Arrays.toString(found));
    }
  }
}
