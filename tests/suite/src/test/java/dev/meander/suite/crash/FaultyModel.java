package dev.meander.suite.crash;

import dev.meander.core.model.AdaptableModel;
import dev.meander.core.model.ModelSpec;
import dev.meander.core.model.NormMode;
import dev.meander.core.model.Tape;
import dev.meander.core.tensor.Tensor;
import dev.meander.core.weights.Block;
import dev.meander.kit.fault.FaultPoint;
import dev.meander.kit.fault.FaultSwitch;
import org.jspecify.annotations.Nullable;

/** A model whose backward passes can be stopped at. */
record FaultyModel(AdaptableModel model, FaultSwitch faults) implements AdaptableModel {

  @Override
  public ModelSpec spec() {
    return model.spec();
  }

  @Override
  public Tape forward(Tensor x, NormMode norm, boolean gradients) {
    return new FaultyTape(model.forward(x, norm, gradients), faults);
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

  private record FaultyTape(Tape tape, FaultSwitch faults) implements Tape {

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
      faults.reached(FaultPoint.STEP);
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
}
