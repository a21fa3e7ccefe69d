package dev.meander.app.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meander.core.optimise.OptimiserConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GlyphTrainingTest {

  @TempDir
  @SuppressWarnings("NullAway.Init") // set before each test
  Path folder;

  private byte[] train(String name, long seed, List<EpochReport> reports) throws Exception {
    Path out = folder.resolve(name);
    TrainerConfig config =
        new TrainerConfig(seed, 2, 16, 8, 10, OptimiserConfig.sgd(0.1, 0.9, true));
    double error = GlyphTraining.write(out, config, 1, reports::add);
    assertThat(error).isBetween(0.0, 100.0);
    return Files.readAllBytes(out);
  }

  @Test
  void shouldWriteTheSameBytesAgainForTheSameSeed() throws Exception {
    List<EpochReport> first = new ArrayList<>();
    List<EpochReport> second = new ArrayList<>();
    byte[] once = train("once.pt", 1, first);
    assertThat(train("again.pt", 1, second)).isEqualTo(once);
    assertThat(second).isEqualTo(first).hasSize(2);
    assertThat(first).extracting(EpochReport::epoch).containsExactly(1, 2);
    assertThat(train("other.pt", 2, new ArrayList<>())).isNotEqualTo(once);
  }
}
