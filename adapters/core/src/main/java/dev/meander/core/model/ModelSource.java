package dev.meander.core.model;

import java.nio.file.Path;

/**
 * Where a model comes from and how its engine is to run it.
 *
 * @param name name of the model, first half of its lineages
 * @param file the model file
 * @param engineThreads threads one operation may use; read once per process, 1 for bit-equal replay
 * @param inputShape shape of one input without the batch dimension
 * @param reordersInputs whether the engine may lay inputs out in memory as it computes fastest,
 *     which rounds differently
 * @param output which of several outputs the logits are: a key of a dict, a field or a position of
 *     a tuple; {@link #OBVIOUS} to take the obvious one
 */
public record ModelSource(
    String name,
    Path file,
    int engineThreads,
    int[] inputShape,
    boolean reordersInputs,
    String output) {

  /** The output is chosen by the model's provider: the only one, or the one called logits. */
  public static final String OBVIOUS = "auto";

  public ModelSource {
    if (engineThreads < 1) {
      throw new IllegalArgumentException("expected engine threads >= 1, found " + engineThreads);
    }
    inputShape = inputShape.clone();
  }

  /** A model whose engine lays inputs out as it computes fastest. */
  public ModelSource(String name, Path file, int engineThreads, int[] inputShape) {
    this(name, file, engineThreads, inputShape, true, OBVIOUS);
  }

  /** The same with inputs in the order of their shape, to compare with another engine's numbers. */
  public ModelSource inOrderOfShape() {
    return new ModelSource(name, file, engineThreads, inputShape, false, output);
  }

  /** The same with the logits taken from the output of that name. */
  public ModelSource withOutput(String wanted) {
    return new ModelSource(name, file, engineThreads, inputShape, reordersInputs, wanted);
  }

  /** The same for inputs of another shape. */
  public ModelSource withInputShape(int[] shape) {
    return new ModelSource(name, file, engineThreads, shape, reordersInputs, output);
  }
}
