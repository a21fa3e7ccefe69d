package dev.meander.suite.crash;

import dev.meander.core.model.AdaptableModel;
import dev.meander.core.model.AdapterSlot;
import dev.meander.core.model.FakeProvider;
import dev.meander.core.model.ModelProvider;
import dev.meander.core.model.ModelSource;
import dev.meander.core.weights.LineageId;
import dev.meander.kit.fault.FaultSwitch;

/** Opens fake models that can be stopped in the middle of a step. */
public final class FaultyProvider implements ModelProvider {

  private final ModelProvider fakes = new FakeProvider();

  @Override
  public String engine() {
    return fakes.engine();
  }

  @Override
  public boolean canOpen(ModelSource source) {
    return fakes.canOpen(source);
  }

  @Override
  public AdaptableModel open(ModelSource source) {
    return new FaultyModel(fakes.open(source), FaultSwitch.ofProcess());
  }

  @Override
  public AdapterSlot openSlot(ModelSource source, LineageId lineage) {
    return fakes.openSlot(source, lineage);
  }
}
