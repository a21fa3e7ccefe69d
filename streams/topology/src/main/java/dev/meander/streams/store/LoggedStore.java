package dev.meander.streams.store;

import java.util.Map;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * Stores that survive: on disk, cached so that a commit logs each key once, and logged to {@code
 * <application.id>-<name>-changelog}.
 */
public final class LoggedStore {

  private static final Map<String, String> CHANGELOG = Map.of("cleanup.policy", "compact");

  private LoggedStore() {}

  /** A store of bytes by text key. */
  public static StoreBuilder<KeyValueStore<String, byte[]>> named(String name) {
    return Stores.keyValueStoreBuilder(
            Stores.persistentKeyValueStore(name), Serdes.String(), Serdes.ByteArray())
        .withCachingEnabled()
        .withLoggingEnabled(CHANGELOG);
  }
}
