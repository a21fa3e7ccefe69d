package dev.meander.schemas.stall;

import java.time.Instant;
import org.apache.kafka.clients.admin.TransactionDescription;
import org.apache.kafka.clients.admin.TransactionState;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a transaction that a partition holds for open is still known to its coordinator.
 * The coordinator names every partition of a transaction before the first record is written there,
 * and takes none out before its marker is. So one that it does not name was ended without a marker,
 * and nobody will write one; one that it names will be ended by it, however old it is.
 *
 * <p>Thread-safety: stateless.
 */
public final class HangingRule {

  private HangingRule() {}

  /** What is to be thought of it. */
  public enum Verdict {
    /** The coordinator has it open, and ends it at its timeout. */
    LIVE,
    /** The coordinator is writing its markers. */
    ENDING,
    /** The coordinator does not know it: it stays open for ever. */
    HANGING,
    /** What partition and coordinator say does not fit together; nothing is to be done. */
    UNCLEAR
  }

  /**
   * A verdict with its reason.
   *
   * @param verdict what is to be thought of it
   * @param reason one clause for people
   */
  public record Ruling(Verdict verdict, String reason) {}

  /**
   * @param open as the partition has it
   * @param coordinator what the coordinator says of the producer's transactional id; null when none
   *     was shown that has the producer
   * @param allShown whether transactional ids of every name are shown to who asks: brokers leave
   *     out of their lists, without a word, what the user may not see
   */
  public static Ruling judge(
      OpenTransaction open, @Nullable TransactionDescription coordinator, boolean allShown) {
    if (coordinator == null) {
      return allShown
          ? new Ruling(Verdict.HANGING, "no coordinator knows this producer")
          : new Ruling(
              Verdict.UNCLEAR,
              "its transaction is not shown to this user: expected the right DESCRIBE on"
                  + " transactional ids of every name");
    }
    if (coordinator.producerId() != open.producerId()) {
      return new Ruling(
          Verdict.HANGING,
          "its transactional id has gone on as producer " + coordinator.producerId());
    }
    if (coordinator.producerEpoch() < open.producerEpoch()) {
      return new Ruling(
          Verdict.UNCLEAR,
          "the coordinator knows epoch "
              + coordinator.producerEpoch()
              + " of the producer, older than the partition's");
    }
    boolean named = coordinator.topicPartitions().contains(open.partition());
    return switch (coordinator.state()) {
      case ONGOING -> ongoing(open, coordinator, named);
      case PREPARE_ABORT, PREPARE_COMMIT, PREPARE_EPOCH_FENCE ->
          named
              ? new Ruling(Verdict.ENDING, "its coordinator is writing the markers")
              : hanging(coordinator.state());
      case EMPTY, COMPLETE_ABORT, COMPLETE_COMMIT -> hanging(coordinator.state());
      case UNKNOWN ->
          new Ruling(
              Verdict.UNCLEAR, "the coordinator is in a state that this build does not know");
    };
  }

  private static Ruling ongoing(
      OpenTransaction open, TransactionDescription coordinator, boolean named) {
    String started =
        coordinator.transactionStartTimeMs().isPresent()
            ? " since " + Instant.ofEpochMilli(coordinator.transactionStartTimeMs().getAsLong())
            : "";
    return named
        ? new Ruling(
            Verdict.LIVE,
            "its coordinator has it open"
                + started
                + " and ends it after "
                + coordinator.transactionTimeoutMs()
                + " ms")
        : new Ruling(
            Verdict.HANGING,
            "the producer's transaction" + started + " is another one, without this partition");
  }

  private static Ruling hanging(TransactionState state) {
    return new Ruling(
        Verdict.HANGING, "its coordinator has ended it (" + state + ") without a marker here");
  }
}
