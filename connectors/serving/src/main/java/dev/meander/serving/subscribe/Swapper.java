package dev.meander.serving.subscribe;

import dev.meander.core.weights.AdapterVersion;
import dev.meander.core.weights.LineageId;
import dev.meander.schemas.log.RateLimitedLog;
import dev.meander.schemas.record.ServingAck;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does what the state decided: swaps, and tells the world.
 *
 * <p>Thread-safety: none.
 */
final class Swapper implements Move.Actions {

  static final String LIVE = "LIVE";
  static final String REFUSED = "REFUSED";

  private static final Logger LOG = LoggerFactory.getLogger(Swapper.class);

  private final String node;
  private final SubscriptionState state;
  private final AdapterTarget target;
  private final Acknowledgements acks;
  private final SubscriptionListener listener;
  private final Clock clock;
  private final LongSupplier nanos;
  private final Past past;
  private final RateLimitedLog refusals;
  private final Deque<Move> queue = new ArrayDeque<>();

  /** Where versions come from that are no longer held. */
  interface Past {
    /** The version as the log has it: verified, unavailable or refused. */
    Reading read(LineageId lineage, long version, LogPosition at);
  }

  Swapper(
      String node,
      SubscriptionState state,
      AdapterTarget target,
      Acknowledgements acks,
      SubscriptionListener listener,
      Clock clock,
      LongSupplier nanos,
      Past past) {
    this.node = node;
    this.state = state;
    this.target = target;
    this.acks = acks;
    this.listener = listener;
    this.clock = clock;
    this.nanos = nanos;
    this.past = past;
    this.refusals = new RateLimitedLog(LOG, nanos);
  }

  /** Performs {@code moves} in order, and those that follow from them. */
  void perform(List<Move> moves) {
    queue.addAll(moves);
    for (Move move = queue.poll(); move != null; move = queue.poll()) {
      move.perform(this);
    }
  }

  @Override
  public void swap(HeldVersion held) {
    AdapterVersion version = held.version();
    long from = state.live(version.lineage());
    long start = nanos.getAsLong();
    try {
      target.swap(version, held.weights());
    } catch (RuntimeException e) {
      refusals.warn(
          "swap",
          () -> "version " + version + " was not swapped in; version " + from + " stays",
          e);
      giveUp(
          version.lineage(),
          version.number(),
          Refusal.of(SubscriptionRefusal.SLOT_REFUSED, String.valueOf(e.getMessage())));
      return;
    }
    long swapMicros = (nanos.getAsLong() - start) / 1_000;
    state.swapped(version.lineage(), version.number());
    LOG.info("version {} is live after version {}, in {} us", version, from, swapMicros);
    listener.swapped(version, swapMicros);
    acks.write(
        ack(version.lineage(), version.number(), LIVE)
            .setPublishedAt(instant(held.publishedAtMicros()))
            .setSwapMicros(swapMicros)
            .build());
  }

  @Override
  public void await(LineageId lineage, long version) {
    LOG.debug(
        "version {} of {} has not arrived; version {} stays",
        version,
        lineage,
        state.live(lineage));
  }

  @Override
  public void readBack(LineageId lineage, long version, LogPosition at) {
    Reading reading = past.read(lineage, version, at);
    if (reading instanceof Reading.Verified verified) {
      queue.addAll(state.readBack(verified.version()));
    } else if (reading instanceof Reading.Unavailable unavailable) {
      queue.addAll(state.unavailable(lineage, version, unavailable.why()));
    } else if (reading instanceof Reading.Refused refused) {
      giveUp(lineage, version, refused.why());
    }
  }

  private void giveUp(LineageId lineage, long version, Refusal refusal) {
    state.refuseForGood(lineage, version, refusal);
    refuse(lineage, version, refusal);
  }

  @Override
  public void refuse(LineageId lineage, long version, Refusal refusal) {
    refusals.warn(
        refusal.reason(),
        () ->
            "version %d of %s is refused, version %d stays: %s"
                .formatted(version, lineage, state.live(lineage), refusal.text()));
    listener.refused(refusal.reason());
    acks.write(ack(lineage, version, REFUSED).setReason(refusal.text()).build());
  }

  @Override
  public void ignore(LineageId lineage, Ignored why) {
    LOG.trace("a record of {} is ignored: {}", lineage, why);
    listener.ignored(why.name());
  }

  private ServingAck.Builder ack(LineageId lineage, long version, String outcome) {
    return ServingAck.newBuilder()
        .setNode(node)
        .setLineage(lineage.toString())
        .setVersion(version)
        .setOutcome(outcome)
        .setLiveAt(clock.instant().truncatedTo(ChronoUnit.MICROS));
  }

  private static @Nullable Instant instant(@Nullable Long micros) {
    return micros == null ? null : Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
  }
}
