package dev.meander.djl;

import dev.meander.core.model.AdaptableModel;
import dev.meander.core.model.AdaptableModelContract;
import java.nio.file.Path;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

/** The port's contract, for every way in which a file gives features beside logits. */
final class TorchModelTest {

  @TempDir
  @SuppressWarnings("NullAway") // set by the test engine
  private static Path folder;

  private static AdaptableModel openTiny(String methods) {
    Path file = Networks.tiny(folder.resolve("tiny.pt"), methods, Networks.tinyWeights(3));
    return TorchModel.open(Networks.source(file, Networks.TINY_INPUT));
  }

  @Nested
  final class Scripted extends AdaptableModelContract {
    @Override
    protected AdaptableModel open() {
      return openTiny(Networks.SCRIPTED);
    }
  }
}
