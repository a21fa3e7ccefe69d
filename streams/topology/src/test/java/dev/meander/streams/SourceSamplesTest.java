package dev.meander.streams;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meander.schemas.Topic;
import dev.meander.schemas.record.AdapterRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourceSamplesTest {

  private static final int RECORD_BYTES = 1 + 3 * 4 * 4;
  private static final int SAMPLES = 12;

  @Test
  void shouldAdaptEveryLineageWithTheSourceSamplesOfTheFile(@TempDir Path folder)
      throws IOException {
    Path source = Files.write(folder.resolve("source.bin"), samples());
    Map<String, String> keys =
        Map.of("method.name", "rmt", "method.source", source.toString(), "batch.size", "4");
    try (PathDriver path = new PathDriver(folder, keys)) {
      new Events("fake:a", 1).next(4).forEach(path::traffic);
      new Events("fake:b", 1).next(4).forEach(path::traffic);

      assertThat(path.adapters())
          .extracting(AdapterRecord::getLineage)
          .containsExactly("fake:a", "fake:b");
      assertThat(path.written(Topic.DLQ)).isEmpty();
    }
  }

  private static byte[] samples() {
    byte[] bytes = new byte[SAMPLES * RECORD_BYTES];
    new SplittableRandom(1).nextBytes(bytes);
    for (int i = 0; i < SAMPLES; i++) {
      bytes[i * RECORD_BYTES] = (byte) (i % 3);
    }
    return bytes;
  }
}
