package dev.meander.streams;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.meander.core.learner.ConfigurationText;
import dev.meander.schemas.record.InferenceEvent;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A restarted application knows with which configuration its lineages learned before. */
class ConfigurationMemoryTest {

  private static final String STORE = "learner-configurations";

  @Test
  void shouldKeepEachConfigurationOnceAndKnowTheLastOfALineage(@TempDir Path folder) {
    List<InferenceEvent> events = new Events(PathDriver.LINEAGE, 1).next(8);
    Map<String, Map<String, byte[]>> stores;
    try (PathDriver path = new PathDriver(folder, Map.of())) {
      path.traffic(new Events("fake:other", 1).next());
      events.subList(0, 4).forEach(path::traffic);
      assertThat(path.stores().getOrDefault(STORE, Map.of())).hasSize(3);
      stores = path.stores();
    }
    Map<String, String> other = Map.of("guard.drift.max", "2", "batch.min", "3");
    try (PathDriver path = new PathDriver(folder, other)) {
      path.restore(stores, 5);
      events.subList(4, 8).forEach(path::traffic);
      Map<String, byte[]> kept = path.stores().getOrDefault(STORE, Map.of());
      String digest = path.config.learner().digest().hex();
      assertThat(kept).hasSize(4);
      assertThat(kept.get(PathDriver.LINEAGE)).isEqualTo(path.config.learner().digest().bytes());
      assertThat(new String(kept.get("/" + digest), UTF_8))
          .isEqualTo(ConfigurationText.of(path.config.learner()).toString());
    }
  }
}
