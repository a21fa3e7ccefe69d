package dev.meander.serving.http;

import dev.meander.core.model.ModelSpec;
import java.util.Arrays;

/**
 * What HTTP needs to know of the model.
 *
 * @param name first half of its lineages
 * @param platform engine that runs it
 * @param inputShape shape of one input, without the batch dimension
 * @param classes number of classes
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, never written
public record ServedModel(String name, String platform, int[] inputShape, int classes) {

  /** The model of {@code spec}, for inputs of {@code inputShape}. */
  public static ServedModel of(ModelSpec spec, int[] inputShape) {
    return new ServedModel(spec.name(), spec.engine(), inputShape.clone(), spec.classes());
  }

  /** Floats in one input. */
  int inputSize() {
    return Arrays.stream(inputShape).reduce(1, Math::multiplyExact);
  }
}
