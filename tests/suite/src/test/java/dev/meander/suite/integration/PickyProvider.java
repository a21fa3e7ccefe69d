package dev.meander.suite.integration;

import dev.meander.core.model.AdaptableModel;
import dev.meander.core.model.AdapterSlot;
import dev.meander.core.model.FakeProvider;
import dev.meander.core.model.ModelProvider;
import dev.meander.core.model.ModelSource;
import dev.meander.core.model.PickyModel;
import dev.meander.core.weights.LineageId;
import java.util.concurrent.atomic.AtomicBoolean;

/** Opens {@link PickyModel}s, all of which throw in every pass while the engine is said to fail. */
final class PickyProvider implements ModelProvider {

  private final FakeProvider fake = new FakeProvider();
  private final AtomicBoolean failing = new AtomicBoolean();

  void fail(boolean always) {
    failing.set(always);
  }

  @Override
  public String engine() {
    return fake.engine();
  }

  @Override
  public boolean canOpen(ModelSource source) {
    return fake.canOpen(source);
  }

  @Override
  public AdaptableModel open(ModelSource source) {
    return new PickyModel(fake.open(source)) {
      @Override
      public dev.meander.core.model.Tape forward(
          dev.meander.core.tensor.Tensor x,
          dev.meander.core.model.NormMode norm,
          boolean gradients) {
        if (failing.get()) {
          throw new IllegalStateException("the device was lost");
        }
        return super.forward(x, norm, gradients);
      }
    };
  }

  @Override
  public AdapterSlot openSlot(ModelSource source, LineageId lineage) {
    return fake.openSlot(source, lineage);
  }
}
