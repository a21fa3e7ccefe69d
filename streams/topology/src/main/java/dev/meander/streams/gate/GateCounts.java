package dev.meander.streams.gate;

import dev.meander.core.gate.GateOutcome;
import java.nio.ByteBuffer;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Events of one lineage in one partition of the traffic so far, by what became of them. They add up
 * to the events seen.
 *
 * <p>Thread-safety: none.
 */
final class GateCounts {

  /** Name of the events that were refused, beside the names of the gate's outcomes. */
  static final String DEAD_LETTER = "DEAD_LETTER";

  /** Order in the store; new outcomes are appended. */
  private static final List<GateOutcome> ORDER =
      List.of(
          GateOutcome.ADMITTED, GateOutcome.UNRELIABLE, GateOutcome.CERTAIN, GateOutcome.REDUNDANT);

  private final Map<GateOutcome, Long> judged = new EnumMap<>(GateOutcome.class);
  private long deadLetters;

  void judged(GateOutcome outcome) {
    judged.merge(outcome, 1L, Long::sum);
  }

  void deadLetter() {
    deadLetters++;
  }

  /** All events, whatever became of them. */
  long seen() {
    return deadLetters + judged.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Every outcome with its count, zeros included. */
  Map<String, Long> byOutcome() {
    Map<String, Long> counts = new TreeMap<>();
    ORDER.forEach(outcome -> counts.put(outcome.name(), judged.getOrDefault(outcome, 0L)));
    counts.put(DEAD_LETTER, deadLetters);
    return counts;
  }

  static int bytes() {
    return Long.BYTES * (1 + ORDER.size());
  }

  void write(ByteBuffer into) {
    into.putLong(deadLetters);
    ORDER.forEach(outcome -> into.putLong(judged.getOrDefault(outcome, 0L)));
  }

  void read(ByteBuffer from) {
    deadLetters = from.getLong();
    ORDER.forEach(outcome -> judged.put(outcome, from.getLong()));
  }
}
