package dev.meander.app.redrive;

import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.jspecify.annotations.Nullable;

/**
 * Which offsets of one partition have been dealt with: everything below a first open one, and
 * ranges above it. Kept as a committed offset with its metadata, which a broker limits to 4096
 * bytes.
 *
 * <p>Thread-safety: none.
 */
final class SentOffsets {

  /** Longest metadata that is written; a broker takes 4096 bytes by default. */
  static final int METADATA_CHARACTERS_MAX = 4_000;

  private static final int RADIX = 36;

  private final NavigableMap<Long, Long> endByStart = new TreeMap<>();

  /** What an earlier run has committed; null for nothing. */
  static SentOffsets of(@Nullable OffsetAndMetadata committed) {
    SentOffsets sent = new SentOffsets();
    if (committed == null) {
      return sent;
    }
    long at = committed.offset();
    sent.add(0, at);
    if (!committed.metadata().isEmpty()) {
      for (String range : committed.metadata().split(",", -1)) {
        int dash = range.indexOf('+');
        long start = at + Long.parseLong(range.substring(0, dash), RADIX);
        at = start + Long.parseLong(range.substring(dash + 1), RADIX);
        sent.add(start, at);
      }
    }
    return sent;
  }

  /** Adds the offsets from {@code start} to before {@code end}. */
  void add(long start, long end) {
    if (start >= end) {
      return;
    }
    long first = start;
    long last = end;
    Map.Entry<Long, Long> before = endByStart.floorEntry(start);
    if (before != null && before.getValue() >= start) {
      first = before.getKey();
      last = Math.max(last, before.getValue());
    }
    NavigableMap<Long, Long> touched = endByStart.subMap(first, true, last, true);
    for (long touchedEnd : touched.values()) {
      last = Math.max(last, touchedEnd);
    }
    touched.clear();
    endByStart.put(first, last);
  }

  boolean contains(long offset) {
    Map.Entry<Long, Long> range = endByStart.floorEntry(offset);
    return range != null && offset < range.getValue();
  }

  /** What to commit. */
  OffsetAndMetadata committed() {
    Long low = endByStart.get(0L);
    long at = low == null ? 0 : low;
    StringBuilder ranges = new StringBuilder();
    long from = at;
    for (Map.Entry<Long, Long> range : endByStart.tailMap(1L).entrySet()) {
      ranges
          .append(ranges.isEmpty() ? "" : ",")
          .append(Long.toString(range.getKey() - from, RADIX))
          .append('+')
          .append(Long.toString(range.getValue() - range.getKey(), RADIX));
      from = range.getValue();
    }
    return new OffsetAndMetadata(at, ranges.toString());
  }
}
