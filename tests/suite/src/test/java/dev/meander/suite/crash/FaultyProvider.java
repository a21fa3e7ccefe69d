package dev.meander.suite.crash;

import dev.meander.core.model.AdaptableModel;
import dev.meander.core.model.AdapterSlot;
import dev.meander.core.model.FakeProvider;
import dev.meander.core.model.ModelProvider;
import dev.meander.core.model.ModelSource;
import dev.meander.core.weights.LineageId;
import dev.meander.kit.fault.FaultSwitch;
import java.util.ServiceLoader;
import java.util.stream.Stream;

/**
 * Opens fake models, and those of every other provider on the class path, so that they can be
 * stopped in the middle of a step. Its engine's name comes first.
 */
public final class FaultyProvider implements ModelProvider {

  private final ModelProvider fakes = new FakeProvider();

  @Override
  public String engine() {
    return fakes.engine();
  }

  @Override
  public boolean canOpen(ModelSource source) {
    return providers().anyMatch(provider -> provider.canOpen(source));
  }

  @Override
  public AdaptableModel open(ModelSource source) {
    return new FaultyModel(provider(source).open(source), FaultSwitch.ofProcess());
  }

  @Override
  public AdapterSlot openSlot(ModelSource source, LineageId lineage) {
    return provider(source).openSlot(source, lineage);
  }

  private ModelProvider provider(ModelSource source) {
    return providers().filter(provider -> provider.canOpen(source)).findFirst().orElseThrow();
  }

  private Stream<ModelProvider> providers() {
    Stream<ModelProvider> others =
        ServiceLoader.load(ModelProvider.class).stream()
            .filter(found -> found.type() != FaultyProvider.class)
            .map(ServiceLoader.Provider::get);
    return Stream.concat(Stream.of(fakes), others);
  }
}
