package dev.meander.streams;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.meander.core.learner.ConfigurationText;
import dev.meander.schemas.Topic;
import dev.meander.schemas.record.AdapterRecord;
import dev.meander.schemas.record.InferenceEvent;
import dev.meander.streams.publish.PublishStage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The configuration lies on the log beside what was made with it. */
class ConfigurationHeaderTest {

  /** Every third version a key frame. */
  private static final Map<String, String> CHANGES =
      Map.of("publish.key.every", "3", "publish.delta.error.max", "1");

  private static List<InferenceEvent> events(int count) {
    return new Events(PathDriver.LINEAGE, 1).next(count);
  }

  /** {@code KEY} or {@code DELTA} of each version, with a plus where the configuration is said. */
  private static List<String> frames(PathDriver path, String expected) {
    List<String> frames = new ArrayList<>();
    for (TestRecord<byte[], byte[]> record : path.written(Topic.ADAPTERS)) {
      Header header = record.headers().lastHeader(PublishStage.CONFIGURATION);
      if (header != null) {
        assertThat(new String(header.value(), UTF_8)).isEqualTo(expected);
      }
      AdapterRecord adapter = path.decode(Topic.ADAPTERS, AdapterRecord.class, record.value());
      frames.add(adapter.getFrame() + (header == null ? "" : "+"));
    }
    return frames;
  }

  private static String text(Path folder, Map<String, String> settings) {
    return ConfigurationText.of(PathDriver.config(folder, settings).learner()).toString();
  }

  @Test
  void shouldSayTheConfigurationOnKeyFramesAndAfterAStart(@TempDir Path folder) {
    List<InferenceEvent> events = events(32);
    Map<String, Map<String, byte[]>> stores;
    try (PathDriver path = new PathDriver(folder, CHANGES)) {
      events.subList(0, 16).forEach(path::traffic);
      assertThat(frames(path, text(folder, CHANGES)))
          .containsExactly("KEY+", "DELTA", "DELTA", "KEY+");
      stores = path.stores();
    }
    Map<String, String> other =
        Map.of(
            "publish.key.every", "3",
            "publish.delta.error.max", "1",
            "guard.drift.max", "2");
    try (PathDriver path = new PathDriver(folder, other)) {
      path.restore(stores, 16);
      events.subList(16, 32).forEach(path::traffic);
      assertThat(frames(path, text(folder, other)))
          .containsExactly("DELTA+", "DELTA", "KEY+", "DELTA");
    }
    assertThat(
            ConfigurationText.parse(text(folder, CHANGES))
                .differences(ConfigurationText.parse(text(folder, other))))
        .containsExactly("guard.drift.max: 1 -> 2");
  }

  @Test
  void shouldKeepSecretsOutOfIt(@TempDir Path folder) {
    Map<String, String> secret =
        Map.of("kafka.sasl.jaas.config", "hush", "registry.basic.auth.user.info", "me:hush");
    assertThat(text(folder, secret)).isEqualTo(text(folder, Map.of())).doesNotContain("hush");
  }
}
