package dev.meander.core.method;

import dev.meander.core.model.AdaptableModel;
import dev.meander.core.weights.Block;
import dev.meander.core.weights.Layout;

/** The base model's floats in the order of a layout. */
final class BaseFloats {

  private BaseFloats() {}

  static float[] of(AdaptableModel model, Layout layout) {
    float[] values = new float[layout.size()];
    for (Block block : layout.blocks()) {
      float[] floats = new float[block.size()];
      model.readBase(block, floats);
      System.arraycopy(floats, 0, values, layout.offset(block), floats.length);
    }
    return values;
  }
}
