package dev.meander.suite.crash;

import dev.meander.core.model.AdaptableModel;
import dev.meander.core.model.DelegatingModel;
import dev.meander.core.model.DelegatingTape;
import dev.meander.core.model.NormMode;
import dev.meander.core.model.Tape;
import dev.meander.core.tensor.Tensor;
import dev.meander.kit.fault.FaultPoint;
import dev.meander.kit.fault.FaultSwitch;
import org.jspecify.annotations.Nullable;

/** A model whose backward passes can be stopped at. */
final class FaultyModel extends DelegatingModel {

  private final FaultSwitch faults;

  FaultyModel(AdaptableModel model, FaultSwitch faults) {
    super(model);
    this.faults = faults;
  }

  @Override
  public Tape forward(Tensor x, NormMode norm, boolean gradients) {
    return new FaultyTape(super.forward(x, norm, gradients));
  }

  private final class FaultyTape extends DelegatingTape {

    FaultyTape(Tape tape) {
      super(tape);
    }

    @Override
    public void backward(float @Nullable [] dLogits, float @Nullable [] dFeatures) {
      super.backward(dLogits, dFeatures);
      faults.reached(FaultPoint.STEP);
    }
  }
}
