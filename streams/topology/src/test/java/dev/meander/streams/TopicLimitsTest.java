package dev.meander.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meander.core.config.ConfigurationException;
import dev.meander.kit.BadInput;
import dev.meander.kit.BadInput.Entrance;
import dev.meander.schemas.Retention;
import dev.meander.schemas.Topic;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TopicLimitsTest {

  private static final int REQUEST = 3 << 20;

  private static AdaptationConfig config(Path folder) {
    return PathDriver.config(
        folder, Map.of("samples.record.max.bytes", "500000", "publish.record.max.bytes", "600000"));
  }

  @Test
  void shouldCutDeadLettersToWhatIsTaken(@TempDir Path folder) {
    AdaptationConfig config = config(folder);
    assertThat(TopicLimits.of(config, REQUEST, Map.of()).letterBytesMax())
        .isEqualTo(Retention.DEAD_LETTER_BYTES_MAX);
    assertThat(TopicLimits.of(config, REQUEST, Map.of(Topic.DLQ, 100_000)).letterBytesMax())
        .isEqualTo(100_000);
    assertThat(TopicLimits.of(config, 700_000, Map.of(Topic.DLQ, 900_000)).letterBytesMax())
        .isEqualTo(700_000);
  }

  @BadInput(
      at = Entrance.BROKER,
      what = "topics or a producer whose records may not be as large as the configuration's",
      then = "every such limit is named at the start, with the key")
  @Test
  void shouldNameEveryLimitThatIsTooSmall(@TempDir Path folder) {
    AdaptationConfig config = config(folder);
    assertThatThrownBy(
            () ->
                TopicLimits.of(
                    config,
                    REQUEST,
                    Map.of(Topic.SAMPLES, 499_999, Topic.ADAPTERS, 599_999, Topic.DLQ, 1000)))
        .isInstanceOf(ConfigurationException.class)
        .hasMessage(
            """
            3 problems in the limits of records on %s:
              topic meander.samples: expected max.message.bytes of at least 500000, samples.record.max.bytes, found 499999; `meander topics create` makes it so
              topic meander.adapters: expected max.message.bytes of at least 600000, publish.record.max.bytes, found 599999; `meander topics create` makes it so
              topic meander.dlq: expected max.message.bytes of at least 32768 for a dead letter without its record, found 1000; `meander topics create` makes it so\
            """
                .formatted(config.bootstrapServers()));
    assertThatThrownBy(() -> TopicLimits.of(config, 550_000, Map.of()))
        .hasMessageEndingWith(
            "kafka.max.request.size: expected at least 600000 bytes, publish.record.max.bytes,"
                + " found 550000");
  }
}
