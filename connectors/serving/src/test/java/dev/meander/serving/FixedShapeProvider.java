package dev.meander.serving;

import dev.meander.core.model.AdaptableModel;
import dev.meander.core.model.AdapterSlot;
import dev.meander.core.model.FakeProvider;
import dev.meander.core.model.ModelProvider;
import dev.meander.core.model.ModelSource;
import dev.meander.core.weights.LineageId;

/** Opens one model, whatever input shape it is asked for, as a file that knows its shape does. */
final class FixedShapeProvider implements ModelProvider {

  private final FakeProvider provider = new FakeProvider();
  private final ModelSource source;

  FixedShapeProvider(ModelSource source) {
    this.source = source;
  }

  @Override
  public String engine() {
    return provider.engine();
  }

  @Override
  public boolean canOpen(ModelSource other) {
    return provider.canOpen(other);
  }

  @Override
  public AdaptableModel open(ModelSource other) {
    return provider.open(source);
  }

  @Override
  public AdapterSlot openSlot(ModelSource other, LineageId lineage) {
    return provider.openSlot(source, lineage);
  }
}
