package dev.meander.schemas.kafka;

import dev.meander.schemas.LineagePartitions;
import dev.meander.schemas.PartitionRule;
import dev.meander.schemas.Topic;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.producer.Partitioner;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.utils.Utils;

/**
 * Producer setting {@code partitioner.class} for a producer that writes topics of the catalogue:
 * where the rule is by lineage, a record goes to its lineage's partition whatever else its key
 * holds.
 *
 * <p>Thread-safety: stateless.
 */
public final class LineagePartitioner implements Partitioner {

  @Override
  public int partition(
      String topic, Object key, byte[] keyBytes, Object value, byte[] valueBytes, Cluster cluster) {
    int partitions = cluster.partitionCountForTopic(topic);
    if (keyBytes == null) {
      return Utils.toPositive(Utils.murmur2(valueBytes == null ? new byte[0] : valueBytes))
          % partitions;
    }
    Optional<Topic> known = Topic.ofName(topic);
    if (known.isPresent() && known.get().partitionRule() == PartitionRule.LINEAGE) {
      String text = new String(keyBytes, StandardCharsets.UTF_8);
      return LineagePartitions.partition(known.get(), text, partitions);
    }
    return Utils.toPositive(Utils.murmur2(keyBytes)) % partitions;
  }

  @Override
  public void close() {}

  @Override
  public void configure(Map<String, ?> configs) {}
}
