package dev.meander.streams.path;

import dev.meander.core.weights.LineageId;
import dev.meander.schemas.CommandKind;
import dev.meander.schemas.record.Command;
import java.util.ArrayList;
import java.util.List;

/**
 * A command on its way through the stages, and what they answer. Each stage that executes it says
 * so before it returns.
 *
 * <p>Thread-safety: none; belongs to one task.
 */
public final class Order {

  private final Command command;
  private final LineageId lineage;
  private final CommandKind kind;
  private final long timeMillis;
  private final List<String> notes = new ArrayList<>();
  private boolean executed;
  private boolean refused;
  private long epoch;
  private long live;
  private long sampleOffset = -1;
  private long samplesPassed;

  /**
   * @param timeMillis time of the records it leads to
   */
  public Order(Command command, LineageId lineage, CommandKind kind, long timeMillis) {
    this.command = command;
    this.lineage = lineage;
    this.kind = kind;
    this.timeMillis = timeMillis;
  }

  public Command command() {
    return command;
  }

  public LineageId lineage() {
    return lineage;
  }

  public CommandKind kind() {
    return kind;
  }

  public long timeMillis() {
    return timeMillis;
  }

  /** Says that the stage did its part. */
  public void executed() {
    executed = true;
  }

  /** Says that the stage did its part, and something worth knowing about it. */
  public void executed(String note) {
    executed = true;
    notes.add(note);
  }

  /** Says that nothing was done, and why. */
  public void refuse(String reason) {
    executed = true;
    refused = true;
    notes.add(reason);
  }

  /** What the lineage serves now. */
  public void serves(long newEpoch, long newLive) {
    epoch = newEpoch;
    live = newLive;
  }

  /** The last sample its learner saw before it took effect. */
  public void after(long newSampleOffset) {
    sampleOffset = newSampleOffset;
  }

  /** Samples that nobody learned from in the pause that it ended. */
  public void passed(long newSamplesPassed) {
    samplesPassed = newSamplesPassed;
  }

  public boolean isExecuted() {
    return executed;
  }

  public boolean isRefused() {
    return refused;
  }

  /** Reasons of a refusal, or remarks. */
  public List<String> notes() {
    return List.copyOf(notes);
  }

  public long epoch() {
    return epoch;
  }

  public long live() {
    return live;
  }

  public long sampleOffset() {
    return sampleOffset;
  }

  public long samplesPassed() {
    return samplesPassed;
  }
}
