package dev.meander.app.embedded;

import java.util.Optional;
import java.util.function.Supplier;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.network.ListenerName;
import org.apache.kafka.metadata.KRaftMetadataCache;
import org.apache.kafka.server.common.KRaftVersion;

/**
 * A metadata cache that tells a partition without a leader from a partition that does not exist.
 *
 * <p>Kafka 4.3.1 answers both alike, with nothing: {@code getPartitionLeaderEndpoint} looks up the
 * broker of {@code partition.leader}, which is -1 while the only replica is fenced. Its one caller,
 * {@code TransactionMarkerChannelManager.addTxnMarkersToBrokerQueue}, reads nothing as "likely
 * deleted already", takes the partition out of the transaction, and once none is left writes
 * CompleteAbort or CompleteCommit without a marker in any of them. The transaction is over for its
 * coordinator and open for ever in the partitions: their last stable offset does not move again. A
 * broker that was killed comes back that way when the coordinator finds PrepareAbort or
 * PrepareCommit in its log before the controller has elected the broker again. The answer here is
 * {@link Node#noNode()}, which the caller knows: it keeps the markers and asks again.
 *
 * <p>Thread-safety: safe, as the cache it extends.
 */
class MarkerSafeCache extends KRaftMetadataCache {

  MarkerSafeCache(int node, Supplier<KRaftVersion> version) {
    super(node, version);
  }

  @Override
  public Optional<Node> getPartitionLeaderEndpoint(
      String topic, int partition, ListenerName listener) {
    Optional<Node> leader = super.getPartitionLeaderEndpoint(topic, partition, listener);
    return leader.isEmpty() && getLeaderAndIsr(topic, partition).isPresent()
        ? Optional.of(Node.noNode())
        : leader;
  }
}
