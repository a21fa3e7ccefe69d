package dev.meander.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.common.utils.Utils;
import org.junit.jupiter.api.Test;

class LineagePartitionsTest {

  @Test
  void shouldAgreeWithKafkasHashWhateverTheBytes() {
    SplittableRandom random = new SplittableRandom(7);
    for (int length = 0; length < 70; length++) {
      byte[] bytes = new byte[length];
      random.nextBytes(bytes);
      assertThat(LineagePartitions.murmur2(bytes))
          .as("length %d", length)
          .isEqualTo(Utils.murmur2(bytes));
    }
  }

  @Test
  void shouldLandWhereKafkaPutsARecordKeyedByTheLineage() {
    for (int i = 0; i < 500; i++) {
      String lineage = "resnet:camera-" + i;
      byte[] key = lineage.getBytes(StandardCharsets.UTF_8);
      for (int partitions : new int[] {1, 2, 3, 12, 97}) {
        int expected = BuiltInPartitioner.partitionForKey(key, partitions);
        assertThat(LineagePartitions.partition(lineage, partitions)).isEqualTo(expected);
        assertThat(LineagePartitions.partition(Topic.ADAPTERS, lineage + "/12", partitions))
            .isEqualTo(expected);
        assertThat(LineagePartitions.partition(Topic.ADAPTERS, lineage + "/12/3", partitions))
            .isEqualTo(expected);
        assertThat(LineagePartitions.partition(Topic.ACKS, "node/1/" + lineage, partitions))
            .isEqualTo(expected);
        assertThat(LineagePartitions.partition(Topic.SAMPLES, lineage, partitions))
            .isEqualTo(expected);
      }
    }
  }

  @Test
  void shouldRefuseWhenThereIsNoPartition() {
    assertThatThrownBy(() -> LineagePartitions.partition("m:global", 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("expected partitions >= 1, found 0");
  }
}
