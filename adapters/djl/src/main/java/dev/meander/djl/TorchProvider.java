package dev.meander.djl;

import dev.meander.core.model.AdaptableModel;
import dev.meander.core.model.AdapterSlot;
import dev.meander.core.model.ModelProvider;
import dev.meander.core.model.ModelSource;
import dev.meander.core.weights.LineageId;
import java.util.List;
import java.util.Locale;

/**
 * Opens TorchScript archives, scripted or traced, with PyTorch through DJL. A model file is program
 * code: open only files that are trusted.
 *
 * <p>Thread-safety: safe.
 */
public final class TorchProvider implements ModelProvider {

  private static final List<String> ENDINGS = List.of(".pt", ".pth", ".ts", ".torchscript");

  @Override
  public String engine() {
    return "pytorch";
  }

  @Override
  public boolean canOpen(ModelSource source) {
    String name = source.file().toString().toLowerCase(Locale.ROOT);
    return ENDINGS.stream().anyMatch(name::endsWith);
  }

  @Override
  public AdaptableModel open(ModelSource source) {
    return TorchModel.open(source);
  }

  @Override
  public AdapterSlot openSlot(ModelSource source, LineageId lineage) {
    return TorchSlot.open(source, lineage);
  }
}
