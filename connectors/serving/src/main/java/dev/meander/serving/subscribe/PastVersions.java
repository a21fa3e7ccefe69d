package dev.meander.serving.subscribe;

import dev.meander.core.weights.AdapterWeights;
import dev.meander.core.weights.LineageId;
import dev.meander.core.wire.AdapterRefusal;
import dev.meander.core.wire.ChunkAssembler;
import dev.meander.schemas.AdapterKey;
import dev.meander.serving.retry.RegistryPatience;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Reads versions from the log again: those no longer held, and those whose payload was not taken
 * when their record came.
 *
 * <p>Thread-safety: none.
 */
final class PastVersions implements Swapper.Past {

  private final LogReadBack log;
  private final SubscriptionState state;
  private final AdapterRecords records;
  private final RegistryPatience patience;
  private final Supplier<@Nullable Consumer<byte[], byte[]>> consumer;
  private final int payloadBytesMax;

  /**
   * @param state asked for parents
   * @param consumer the one that follows the log; null when none is open
   * @param payloadBytesMax longest payload that is put together
   */
  PastVersions(
      LogReadBack log,
      SubscriptionState state,
      AdapterRecords records,
      RegistryPatience patience,
      Supplier<@Nullable Consumer<byte[], byte[]>> consumer,
      int payloadBytesMax) {
    this.log = log;
    this.state = state;
    this.records = records;
    this.patience = patience;
    this.consumer = consumer;
    this.payloadBytesMax = payloadBytesMax;
  }

  /** A version to read, and where. */
  private record Step(long version, LogPosition at) {}

  /**
   * Reads {@code version}, and before it the versions it is a change to, from the last one held.
   */
  @Override
  public Reading read(LineageId lineage, long version, LogPosition at) {
    Deque<Step> steps = new ArrayDeque<>();
    steps.push(new Step(version, at));
    AdapterWeights parent = null;
    for (long next = at.parent(); next != 0 && parent == null; ) {
      parent = state.weights(lineage, next);
      LogPosition before = state.position(lineage, next);
      if (parent == null && before == null) {
        return Reading.Refused.of(
            AdapterRefusal.MISSING_PARENT,
            "expected version "
                + next
                + ", which version "
                + steps.getFirst().version()
                + " is a change to, found none");
      }
      if (parent == null && before != null) {
        steps.push(new Step(next, before));
        next = before.parent();
      }
    }
    while (true) {
      Step step = steps.pop();
      Reading reading = read(lineage, step, parent);
      if (steps.isEmpty() || !(reading instanceof Reading.Verified verified)) {
        return reading;
      }
      parent = verified.version().weights();
    }
  }

  private Reading read(LineageId lineage, Step step, @Nullable AdapterWeights parent) {
    long version = step.version();
    LogPosition at = step.at();
    Consumer<byte[], byte[]> open = consumer.get();
    if (open == null) {
      return new Reading.Unavailable(notHeld(version, at, "no consumer"));
    }
    Taker taker = new Taker(AdapterKey.of(lineage.toString(), version), at, parent);
    return switch (log.read(open, at, taker)) {
      case FOUND -> taker.reading();
      case GONE -> new Reading.Refused(notHeld(version, at, "it gone"));
      case LATE ->
          new Reading.Unavailable(
              notHeld(version, at, "none within " + log.patience().toMillis() + " ms"));
    };
  }

  private static Refusal notHeld(long version, LogPosition at, String found) {
    return Refusal.of(
        SubscriptionRefusal.VERSION_NOT_HELD,
        "expected version "
            + version
            + " at offset "
            + at.offset()
            + " of partition "
            + at.partition()
            + ", found "
            + found);
  }

  /** Takes the records between the first chunk and the version's own record. */
  private final class Taker implements java.util.function.Consumer<ConsumerRecord<byte[], byte[]>> {

    private final AdapterKey version;
    private final LogPosition at;
    private final ChunkAssembler chunks = new ChunkAssembler(payloadBytesMax, payloadBytesMax);
    private final @Nullable AdapterWeights parent;
    private @Nullable Reading reading;

    Taker(AdapterKey version, LogPosition at, @Nullable AdapterWeights parent) {
      this.version = version;
      this.at = at;
      this.parent = parent;
    }

    @Override
    public void accept(ConsumerRecord<byte[], byte[]> record) {
      byte[] bytes = record.key();
      AdapterKey key =
          bytes == null
              ? null
              : AdapterKey.parse(new String(bytes, StandardCharsets.UTF_8)).orElse(null);
      if (key == null || record.value() == null || !key.lineage().equals(version.lineage())) {
        return;
      }
      if (record.offset() == at.offset()) {
        reading = patience.call(() -> records.fetch(record, version, chunks, this::parent));
      } else if (key.isChunk() && key.version() == version.version()) {
        boolean taken = patience.call(() -> records.chunk(record, key, chunks) == null);
        if (!taken) {
          chunks.clear();
        }
      }
    }

    private @Nullable AdapterWeights parent(LineageId lineage, long number) {
      return number == at.parent() ? parent : null;
    }

    Reading reading() {
      Reading found = reading;
      if (found instanceof Reading.Located) {
        throw new IllegalStateException("expected a payload that was fetched, found " + found);
      }
      return found == null
          ? Reading.Refused.of(
              AdapterRefusal.MALFORMED, "expected the record of " + version + ", found another")
          : found;
    }
  }
}
