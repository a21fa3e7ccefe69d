package dev.meander.suite.crash;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Reads what a restart of one application would restore, offsets of the log left out. */
final class StoreReader {

  private static final HexFormat HEX = HexFormat.of();
  private static final String CHANGELOG = "-changelog";
  private static final String PENDING = "learner-pending";

  /** First byte of the two offsets in a learner's counters: after format, digest, three counts. */
  private static final int OFFSETS_AT = 4 + 32 + 3 * 8;

  /** First byte of the origin's offset in the place of a lineage's frames: after format, counts. */
  private static final int ORIGIN_AT = 4 + 3 * 8;

  private StoreReader() {}

  /** Texts of all entries by store and key. */
  static Map<String, Map<String, String>> read(CommittedLog log, String applicationId) {
    Map<String, Map<String, String>> stores = new TreeMap<>();
    for (String topic : log.topics()) {
      if (topic.startsWith(applicationId + "-") && topic.endsWith(CHANGELOG)) {
        String store =
            topic.substring(applicationId.length() + 1, topic.length() - CHANGELOG.length());
        Map<String, byte[]> entries = folded(log.read(topic));
        stores.put(store, store.equals(PENDING) ? inOrder(entries) : comparable(entries));
      }
    }
    return stores;
  }

  private static Map<String, byte[]> folded(List<ConsumerRecord<byte[], byte[]>> changes) {
    Map<String, byte[]> entries = new TreeMap<>();
    for (ConsumerRecord<byte[], byte[]> change : changes) {
      String key = new String(change.key(), UTF_8);
      if (change.value() == null) {
        entries.remove(key);
      } else {
        entries.put(key, change.value());
      }
    }
    return entries;
  }

  /** Waiting samples under their place in the queue instead of their offset. */
  private static Map<String, String> inOrder(Map<String, byte[]> entries) {
    Map<String, String> queue = new TreeMap<>();
    Map<String, Integer> places = new TreeMap<>();
    entries.forEach(
        (key, value) -> {
          String lineage = key.substring(0, key.indexOf('/'));
          int place = places.merge(lineage, 1, Integer::sum);
          queue.put(lineage + "/" + place, HEX.formatHex(value));
        });
    return queue;
  }

  private static Map<String, String> comparable(Map<String, byte[]> entries) {
    Map<String, String> texts = new TreeMap<>();
    entries.forEach(
        (key, value) -> {
          byte[] copy = value.clone();
          if (key.endsWith("/counters")) {
            Arrays.fill(copy, OFFSETS_AT, OFFSETS_AT + 2 * Long.BYTES, (byte) 0);
          } else if (key.endsWith("/origin")) {
            Arrays.fill(copy, 0, Long.BYTES, (byte) 0);
          } else if (key.endsWith("/place")) {
            Arrays.fill(copy, ORIGIN_AT, ORIGIN_AT + Long.BYTES, (byte) 0);
          }
          texts.put(key, HEX.formatHex(copy));
        });
    return texts;
  }
}
