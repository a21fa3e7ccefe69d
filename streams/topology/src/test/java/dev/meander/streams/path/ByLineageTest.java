package dev.meander.streams.path;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meander.schemas.LineagePartitions;
import dev.meander.schemas.Topic;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ByLineageTest {

  @Test
  void shouldSendEveryVersionOfALineageToOnePartition() {
    int expected = LineagePartitions.partition("fake:a", 16);
    for (int version = 1; version < 50; version++) {
      assertThat(partition(Topic.ADAPTERS, "fake:a/" + version)).containsExactly(expected);
    }
    assertThat(partition(Topic.ALIASES, "fake:a")).containsExactly(expected);
    assertThat(partition(Topic.SAMPLES, "fake:a")).containsExactly(expected);
    assertThat(partition(Topic.DECISIONS, "fake:a")).containsExactly(expected);
  }

  private static Set<Integer> partition(Topic topic, String key) {
    byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
    return new ByLineage(topic).partitions(topic.suffix(), bytes, bytes, 16).orElseThrow();
  }
}
