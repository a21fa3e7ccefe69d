package dev.meander.core.model;

import dev.meander.core.weights.LineageId;
import java.util.Comparator;
import java.util.List;
import java.util.ServiceLoader;

/**
 * Opens models with one engine. Found through {@link ServiceLoader}, so that topology and serving
 * compile without any engine and are tested with a fake.
 *
 * <p>Thread-safety: implementations are thread-safe.
 */
public interface ModelProvider {

  /** Engine name, such as {@code pytorch}. */
  String engine();

  /** True when the file looks like one of this engine's; cheap, never throws. */
  boolean canOpen(ModelSource source);

  /**
   * Opens a model for adaptation.
   *
   * @throws ModelRefusedException when the file is missing, corrupt or cannot be adapted; the
   *     message says what to do
   */
  AdaptableModel open(ModelSource source);

  /**
   * Opens a slot for serving one lineage.
   *
   * @throws ModelRefusedException as {@link #open}
   */
  AdapterSlot openSlot(ModelSource source, LineageId lineage);

  /**
   * The provider on the class path that can open {@code source}.
   *
   * @throws ModelRefusedException when there is none
   */
  static ModelProvider forSource(ModelSource source) {
    List<ModelProvider> providers =
        ServiceLoader.load(ModelProvider.class).stream()
            .map(ServiceLoader.Provider::get)
            .sorted(Comparator.comparing(ModelProvider::engine))
            .toList();
    return providers.stream()
        .filter(provider -> provider.canOpen(source))
        .findFirst()
        .orElseThrow(
            () ->
                new ModelRefusedException(
                    "expected a model file that one of the engines "
                        + providers.stream().map(ModelProvider::engine).toList()
                        + " can open, found "
                        + source.file()
                        + "; TorchScript files end in .pt, .pth, .ts or .torchscript, heads in"
                        + " .safetensors"));
  }
}
