package dev.meander.app.embedded;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * Settings of a broker and controller in one node on the loopback interface: one replica of
 * everything, few threads, small buffers, and no waiting for members that will not come.
 */
final class BrokerSettings {

  static final int NODE = 1;
  static final String CLIENTS = "PLAINTEXT";
  static final String CONTROLLER = "CONTROLLER";
  static final String HOST = "127.0.0.1";

  private BrokerSettings() {}

  static Map<String, String> of(Path directory, BrokerOptions options) {
    Map<String, String> settings = new HashMap<>();
    node(settings, directory, options.port());
    singleReplica(settings);
    quickGroups(settings);
    small(settings);
    settings.putAll(options.overrides());
    return settings;
  }

  private static void node(Map<String, String> settings, Path directory, int port) {
    settings.put("process.roles", "broker,controller");
    settings.put("node.id", String.valueOf(NODE));
    // The controller's port is not known before it listens; the real address is handed over then.
    settings.put("controller.quorum.voters", NODE + "@" + HOST + ":9");
    settings.put("controller.listener.names", CONTROLLER);
    settings.put(
        "listeners", CLIENTS + "://" + HOST + ":" + port + "," + CONTROLLER + "://" + HOST + ":0");
    settings.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
    settings.put("log.dirs", directory.toString());
    settings.put("auto.create.topics.enable", "false");
    settings.put("initial.broker.registration.timeout.ms", "20000");
  }

  private static void singleReplica(Map<String, String> settings) {
    settings.put("offsets.topic.replication.factor", "1");
    settings.put("offsets.topic.num.partitions", "4");
    settings.put("transaction.state.log.replication.factor", "1");
    settings.put("transaction.state.log.min.isr", "1");
    settings.put("transaction.state.log.num.partitions", "4");
    settings.put("share.coordinator.state.topic.replication.factor", "1");
    settings.put("share.coordinator.state.topic.min.isr", "1");
    settings.put("share.coordinator.state.topic.num.partitions", "1");
  }

  private static void quickGroups(Map<String, String> settings) {
    settings.put("group.initial.rebalance.delay.ms", "0");
    settings.put("group.streams.initial.rebalance.delay.ms", "0");
    for (String protocol : new String[] {"streams", "consumer"}) {
      settings.put("group." + protocol + ".min.heartbeat.interval.ms", "100");
      settings.put("group." + protocol + ".heartbeat.interval.ms", "300");
    }
  }

  private static void small(Map<String, String> settings) {
    settings.put("num.network.threads", "2");
    settings.put("num.io.threads", "2");
    settings.put("background.threads", "2");
    settings.put("num.recovery.threads.per.data.dir", "1");
    // 128 MiB of heap by default.
    settings.put("log.cleaner.dedupe.buffer.size", String.valueOf(4 * 1024 * 1024));
    // 10 MiB of address space for each index by default.
    settings.put("log.index.size.max.bytes", String.valueOf(1024 * 1024));
  }
}
