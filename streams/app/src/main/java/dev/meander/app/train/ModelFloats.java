package dev.meander.app.train;

import dev.meander.core.model.AdaptableModel;
import dev.meander.core.model.Tape;
import dev.meander.core.weights.Block;
import dev.meander.core.weights.Layout;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * Copies blocks between a model and one flat array.
 *
 * <p>Thread-safety: none.
 */
final class ModelFloats {

  private final AdaptableModel model;
  private final Layout layout;

  ModelFloats(AdaptableModel model, Layout layout) {
    this.model = model;
    this.layout = layout;
  }

  int size() {
    return layout.size();
  }

  Layout layout() {
    return layout;
  }

  /** The model's current floats. */
  float[] read() {
    return collect(model::read);
  }

  /** What the loss of a pass depends on, after its backward call. */
  float[] gradients(Tape tape) {
    return collect(tape::gradient);
  }

  /** The batch statistics of a pass. */
  float[] statistics(Tape tape) {
    return collect(tape::statistic);
  }

  /** Replaces the model's floats. */
  void write(float[] flat) {
    for (Block block : layout.blocks()) {
      int from = layout.offset(block);
      model.write(block, Arrays.copyOfRange(flat, from, from + block.size()));
    }
  }

  /** The model's current floats by block name. */
  Map<String, float[]> byName() {
    Map<String, float[]> named = new TreeMap<>();
    for (Block block : layout.blocks()) {
      float[] floats = new float[block.size()];
      model.read(block, floats);
      named.put(block.name(), floats);
    }
    return named;
  }

  private interface Reader {
    void read(Block block, float[] into);
  }

  private float[] collect(Reader reader) {
    float[] flat = new float[layout.size()];
    for (Block block : layout.blocks()) {
      float[] floats = new float[block.size()];
      reader.read(block, floats);
      System.arraycopy(floats, 0, flat, layout.offset(block), floats.length);
    }
    return flat;
  }
}
