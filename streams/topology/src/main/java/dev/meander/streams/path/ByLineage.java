package dev.meander.streams.path;

import dev.meander.schemas.LineagePartitions;
import dev.meander.schemas.Topic;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.streams.processor.StreamPartitioner;

/**
 * Sends every record of a lineage to the lineage's partition, whatever else its key holds, so that
 * the order of a lineage is the log's order.
 *
 * <p>Thread-safety: immutable.
 *
 * @param topic the topic that is written
 */
public record ByLineage(Topic topic) implements StreamPartitioner<byte[], byte[]> {

  @Override
  public Optional<Set<Integer>> partitions(
      String fullName, byte[] key, byte[] value, int partitions) {
    String text = new String(key, StandardCharsets.UTF_8);
    return Optional.of(Set.of(LineagePartitions.partition(topic, text, partitions)));
  }
}
