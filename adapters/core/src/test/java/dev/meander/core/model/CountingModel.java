package dev.meander.core.model;

import dev.meander.core.tensor.Tensor;
import dev.meander.core.weights.Block;
import org.jspecify.annotations.Nullable;

/** A model that counts the passes nobody closed. */
public final class CountingModel implements AdaptableModel {

  private final AdaptableModel model;
  private int tapesOpen;

  public CountingModel(AdaptableModel model) {
    this.model = model;
  }

  /** Passes that were not closed. */
  public int tapesOpen() {
    return tapesOpen;
  }

  @Override
  public ModelSpec spec() {
    return model.spec();
  }

  @Override
  public Tape forward(Tensor x, NormMode norm, boolean gradients) {
    Tape tape = model.forward(x, norm, gradients);
    tapesOpen++;
    return new CountedTape(tape);
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

  private final class CountedTape implements Tape {

    private final Tape tape;
    private boolean open = true;

    CountedTape(Tape tape) {
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
      tapesOpen -= open ? 1 : 0;
      open = false;
    }
  }
}
