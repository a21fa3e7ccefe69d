package dev.meander.core.head;

import dev.meander.core.model.AdapterSlot;
import dev.meander.core.model.AdapterSlotContract;
import dev.meander.core.model.ModelSource;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

final class HeadSlotTest extends AdapterSlotContract {

  @TempDir
  @SuppressWarnings("NullAway.Init") // set by JUnit
  private Path folder;

  @Override
  protected AdapterSlot open() {
    Path file =
        Heads.write(Heads.random(new HeadShape(9, 2, 5), 4), folder.resolve("head.safetensors"));
    return new HeadProvider().openSlot(new ModelSource("head", file, 1, new int[] {9}), LINEAGE);
  }
}
