package dev.meander.app.embedded;

import kafka.server.BrokerServer;
import kafka.server.SharedServer;
import org.apache.kafka.metadata.KRaftMetadataCache;

/**
 * A broker that owes no transaction its markers: one with a {@link MarkerSafeCache}.
 *
 * <p>Thread-safety: as the server it extends.
 */
final class MarkerSafeBroker extends BrokerServer {

  MarkerSafeBroker(SharedServer shared) {
    super(shared);
  }

  /** Called once, while the server starts and before anything asks the cache. */
  @Override
  public void metadataCache_$eq(KRaftMetadataCache cache) {
    super.metadataCache_$eq(
        new MarkerSafeCache(
            BrokerSettings.NODE, () -> sharedServer().raftManager().client().kraftVersion()));
  }
}
