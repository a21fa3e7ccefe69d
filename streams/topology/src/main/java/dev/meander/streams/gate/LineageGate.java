package dev.meander.streams.gate;

import dev.meander.core.gate.EntropyGate;
import dev.meander.core.gate.Gate;
import dev.meander.core.gate.GateConfig;
import dev.meander.core.gate.GateDecision;
import dev.meander.core.tensor.Sample;
import dev.meander.core.weights.LineageId;
import dev.meander.schemas.record.Decision;
import java.nio.ByteBuffer;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The gate of one lineage in one partition of the traffic, and what it has counted.
 *
 * <p>Thread-safety: none; belongs to one task.
 */
final class LineageGate {

  /** Decisions between two reports of the counts. */
  static final int REPORT_EVERY = 64;

  private static final int FORMAT = 2;
  private static final int HEAD_BYTES = 4 + 4 + 8 + 1;

  private final LineageId lineage;
  private final int classes;
  private final Gate gate;
  private final GateCounts counts = new GateCounts();
  private long timeMillis;
  private boolean unreported;

  /**
   * @param stored what {@link #snapshot} gave; null for a new lineage
   * @throws IllegalArgumentException when the stored bytes are damaged
   */
  LineageGate(LineageId lineage, GateConfig config, int classes, byte @Nullable [] stored) {
    this.lineage = lineage;
    this.classes = classes;
    this.gate = new EntropyGate(config, classes);
    if (stored != null) {
      restore(stored);
    }
  }

  GateDecision decide(Sample sample, long recordMillis) {
    GateDecision decision = gate.decide(sample);
    counts.judged(decision.outcome());
    counted(recordMillis);
    return decision;
  }

  void deadLetter(long recordMillis) {
    counts.deadLetter();
    counted(recordMillis);
  }

  private void counted(long recordMillis) {
    timeMillis = recordMillis;
    unreported = true;
  }

  LineageId lineage() {
    return lineage;
  }

  /** Record time of the newest event. */
  long timeMillis() {
    return timeMillis;
  }

  /** True when an event was counted since the last report. */
  boolean isUnreported() {
    return unreported;
  }

  /** The same of a stored gate, without opening it. */
  static boolean isUnreported(byte[] stored) {
    return stored.length > HEAD_BYTES && stored[HEAD_BYTES - 1] != 0;
  }

  /** True after every {@link #REPORT_EVERY} events. */
  boolean isReportDue() {
    return unreported && counts.seen() % REPORT_EVERY == 0;
  }

  /** The counts so far as a record. */
  Decision report(int partition) {
    unreported = false;
    return Decision.newBuilder()
        .setLineage(lineage.toString())
        .setStage("gate")
        .setOutcome("COUNTS")
        .setPartition(partition)
        .setCounts(counts.byOutcome())
        .setEventTime(Instant.ofEpochMilli(timeMillis))
        .build();
  }

  /** What a gate continues from; whether the last counts were reported is part of it. */
  byte[] snapshot() {
    byte[] state = gate.snapshot();
    ByteBuffer bytes = ByteBuffer.allocate(HEAD_BYTES + GateCounts.bytes() + state.length);
    bytes.putInt(FORMAT).putInt(classes).putLong(timeMillis).put((byte) (unreported ? 1 : 0));
    counts.write(bytes);
    return bytes.put(state).array();
  }

  /** Another model's gate state is of no use, its counts are. */
  private void restore(byte[] stored) {
    if (stored.length < HEAD_BYTES + GateCounts.bytes()) {
      throw new IllegalArgumentException(
          "expected at least "
              + (HEAD_BYTES + GateCounts.bytes())
              + " bytes of gate state for "
              + lineage
              + ", found "
              + stored.length);
    }
    ByteBuffer bytes = ByteBuffer.wrap(stored);
    int format = bytes.getInt();
    if (format != FORMAT) {
      throw new IllegalArgumentException(
          "expected gate state of format " + FORMAT + " for " + lineage + ", found " + format);
    }
    int storedClasses = bytes.getInt();
    timeMillis = bytes.getLong();
    unreported = bytes.get() != 0;
    counts.read(bytes);
    if (storedClasses == classes) {
      byte[] state = new byte[bytes.remaining()];
      bytes.get(state);
      gate.restore(state);
    }
  }
}
