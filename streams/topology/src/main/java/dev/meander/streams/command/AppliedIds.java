package dev.meander.streams.command;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Ids of the last commands that were applied to a lineage, oldest first, so that one that comes
 * again does nothing.
 *
 * <p>Thread-safety: immutable.
 *
 * @param ids at most {@link #MAX}, none of which holds a line break
 */
record AppliedIds(List<String> ids) {

  /** Commands that are remembered; an older one that comes again is judged by its effect. */
  static final int MAX = 64;

  private static final String BETWEEN = "\n";

  AppliedIds {
    ids = List.copyOf(ids);
  }

  /**
   * @param stored what {@link #toBytes} gave; null before the first command
   */
  static AppliedIds of(byte @Nullable [] stored) {
    return new AppliedIds(
        stored == null
            ? List.of()
            : List.of(new String(stored, StandardCharsets.UTF_8).split(BETWEEN, -1)));
  }

  boolean contains(String id) {
    return ids.contains(id);
  }

  /** With {@code id}, and without the oldest where there were {@link #MAX}. */
  AppliedIds with(String id) {
    List<String> more = new ArrayList<>(ids.subList(Math.max(0, ids.size() + 1 - MAX), ids.size()));
    more.add(id);
    return new AppliedIds(more);
  }

  byte[] toBytes() {
    return String.join(BETWEEN, ids).getBytes(StandardCharsets.UTF_8);
  }
}
