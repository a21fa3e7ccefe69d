package dev.meander.core.model;

import dev.meander.core.tensor.Tensor;
import dev.meander.core.weights.Block;
import org.jspecify.annotations.Nullable;

/** Hands everything over to another pass; what a test double does otherwise, it overrides. */
public abstract class DelegatingTape implements Tape {

  private final Tape tape;

  protected DelegatingTape(Tape tape) {
    this.tape = tape;
  }

  @Override
  public Tensor logits() {
    return tape.logits();
  }

  @Override
  public Tensor features() {
    return tape.features();
  }

  @Override
  public void backward(float @Nullable [] dLogits, float @Nullable [] dFeatures) {
    tape.backward(dLogits, dFeatures);
  }

  @Override
  public void gradient(Block block, float[] into) {
    tape.gradient(block, into);
  }

  @Override
  public void statistic(Block statistic, float[] into) {
    tape.statistic(statistic, into);
  }

  @Override
  public void close() {
    tape.close();
  }
}
