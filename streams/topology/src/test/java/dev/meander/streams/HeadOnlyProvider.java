package dev.meander.streams;

import dev.meander.core.model.AdaptableModel;
import dev.meander.core.model.AdapterSlot;
import dev.meander.core.model.DelegatingModel;
import dev.meander.core.model.FakeProvider;
import dev.meander.core.model.ModelProvider;
import dev.meander.core.model.ModelSource;
import dev.meander.core.model.ModelSpec;
import dev.meander.core.weights.LineageId;
import dev.meander.core.weights.Role;

/** Opens fake models that own to nothing but their head. */
final class HeadOnlyProvider implements ModelProvider {

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
  public AdapterSlot openSlot(ModelSource source, LineageId lineage) {
    return fakes.openSlot(source, lineage);
  }

  @Override
  public AdaptableModel open(ModelSource source) {
    return new HeadOnly(fakes.open(source));
  }

  private static final class HeadOnly extends DelegatingModel {

    HeadOnly(AdaptableModel model) {
      super(model);
    }

    @Override
    public ModelSpec spec() {
      ModelSpec spec = super.spec();
      return new ModelSpec(
          spec.name(),
          spec.baseSha256(),
          spec.inputShape(),
          spec.classes(),
          spec.featureWidth(),
          spec.inventory()
              .select(block -> block.role() == Role.HEAD_WEIGHT || block.role() == Role.HEAD_BIAS),
          spec.engine(),
          spec.engineThreads());
    }
  }
}
