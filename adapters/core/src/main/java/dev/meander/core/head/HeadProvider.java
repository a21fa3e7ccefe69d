package dev.meander.core.head;

import dev.meander.core.model.AdaptableModel;
import dev.meander.core.model.AdapterSlot;
import dev.meander.core.model.InputShapeRefusedException;
import dev.meander.core.model.ModelProvider;
import dev.meander.core.model.ModelSource;
import dev.meander.core.model.ModelSpec;
import dev.meander.core.weights.LineageId;
import java.util.Arrays;
import java.util.Locale;

/**
 * Opens heads from safetensors files; see {@link HeadFile}. An input is an embedding {@code
 * [features]}, or anything of as many floats, such as {@code [1, 8, 8]}, read row by row.
 *
 * <p>Thread-safety: safe.
 */
public final class HeadProvider implements ModelProvider {

  /** Name of the engine. */
  public static final String ENGINE = "head";

  private static final String ENDING = ".safetensors";
  private static final String VERSION = "1";

  @Override
  public String engine() {
    return ENGINE;
  }

  @Override
  public boolean canOpen(ModelSource source) {
    return source.file().toString().toLowerCase(Locale.ROOT).endsWith(ENDING);
  }

  @Override
  public AdaptableModel open(ModelSource source) {
    HeadFile.Identified file = HeadFile.identify(source.file());
    HeadNetwork network = new HeadNetwork(file.head().shape());
    return new HeadModel(spec(source, file, network), network, file.head().floats());
  }

  @Override
  public AdapterSlot openSlot(ModelSource source, LineageId lineage) {
    HeadFile.Identified file = HeadFile.identify(source.file());
    HeadNetwork network = new HeadNetwork(file.head().shape());
    return new HeadSlot(spec(source, file, network), network, file.head().floats(), lineage);
  }

  private static ModelSpec spec(ModelSource source, HeadFile.Identified file, HeadNetwork network) {
    long size = 1;
    for (int dimension : source.inputShape()) {
      size = Math.min(size * dimension, Integer.MAX_VALUE);
    }
    if (size != network.features) {
      throw new InputShapeRefusedException(
          "expected inputs of "
              + network.features
              + " floats for "
              + source.file()
              + ", found the shape "
              + Arrays.toString(source.inputShape()));
    }
    return new ModelSpec(
        source.name(),
        file.digest(),
        source.inputShape().clone(),
        network.classes,
        network.features,
        network.layout,
        ENGINE + " " + VERSION,
        source.engineThreads());
  }
}
