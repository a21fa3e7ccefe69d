package dev.meander.replay.evaluate;

import dev.meander.core.model.AdaptableModel;
import dev.meander.core.model.NormMode;
import dev.meander.core.model.Tape;
import dev.meander.core.tensor.Tensor;
import dev.meander.core.weights.AdapterWeights;
import dev.meander.core.weights.Block;

/**
 * What a serving node would answer with the version that is live. A version carries the statistics
 * to serve with, so an input's answer does not depend on its neighbours: a batch gives the same
 * answers as one request at a time.
 *
 * <p>Thread-safety: none.
 */
final class ServedModel {

  private final AdaptableModel model;

  /**
   * @param model a module of its own, which nobody else writes to; starts as the base model
   */
  ServedModel(AdaptableModel model) {
    this.model = model;
    for (Block block : model.spec().inventory().blocks()) {
      float[] floats = new float[block.size()];
      model.readBase(block, floats);
      model.write(block, floats);
    }
  }

  /** Makes a version live. */
  void swap(AdapterWeights weights) {
    for (Block block : weights.layout().blocks()) {
      float[] floats = new float[block.size()];
      weights.read(block, floats);
      model.write(block, floats);
    }
  }

  /**
   * Answers inputs.
   *
   * @param inputs {@code [b, input...]}
   * @return logits {@code [b, classes]}
   */
  Tensor answer(Tensor inputs) {
    try (Tape tape = model.forward(inputs, NormMode.SOURCE, false)) {
      return tape.logits();
    }
  }
}
