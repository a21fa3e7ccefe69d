package dev.meander.core.model;

import dev.meander.core.tensor.Tensor;
import dev.meander.core.weights.Block;

/** Hands everything over to another model; what a test double does otherwise, it overrides. */
public abstract class DelegatingModel implements AdaptableModel {

  private final AdaptableModel model;

  protected DelegatingModel(AdaptableModel model) {
    this.model = model;
  }

  @Override
  public ModelSpec spec() {
    return model.spec();
  }

  @Override
  public Tape forward(Tensor x, NormMode norm, boolean gradients) {
    return model.forward(x, norm, gradients);
  }

  @Override
  public void read(Block block, float[] into) {
    model.read(block, into);
  }

  @Override
  public void readBase(Block block, float[] into) {
    model.readBase(block, into);
  }

  @Override
  public void write(Block block, float[] from) {
    model.write(block, from);
  }

  @Override
  public void train(Iterable<Block> blocks) {
    model.train(blocks);
  }

  @Override
  public void close() {
    model.close();
  }
}
