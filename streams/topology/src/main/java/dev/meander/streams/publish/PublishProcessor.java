package dev.meander.streams.publish;

import dev.meander.core.learner.Version;
import dev.meander.core.objects.FolderObjectStore;
import dev.meander.core.wire.AdapterReader;
import dev.meander.core.wire.AdapterWriter;
import dev.meander.core.wire.AdapterWriting;
import dev.meander.core.wire.Framing;
import dev.meander.schemas.Topic;
import dev.meander.schemas.kafka.RecordSerdes;
import dev.meander.schemas.log.RateLimitedLog;
import dev.meander.schemas.record.AdapterRecord;
import dev.meander.schemas.record.AliasRecord;
import dev.meander.schemas.record.Decision;
import dev.meander.streams.metric.Meters;
import dev.meander.streams.metric.Metric;
import dev.meander.streams.path.Nodes;
import dev.meander.streams.path.Order;
import dev.meander.streams.path.Outlet;
import dev.meander.streams.store.BoundedMap;
import dev.meander.streams.store.StoredBlocks;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a version, makes it live unless another one is pinned, and asks for a commit so that both
 * are visible at once. Between two versions it executes what commands order.
 */
final class PublishProcessor implements Processor<String, Object, byte[], byte[]> {

  private static final Logger LOG = LoggerFactory.getLogger(PublishProcessor.class);

  private static final int CONFIGURED_MAX = 100_000;

  private final PublishStage stage;
  private final AdapterWriter writer;
  private final byte[] configuration;
  private final RateLimitedLog held = new RateLimitedLog(LOG, this::nanos);
  private ProcessorContext<byte[], byte[]> context;
  private RecordSerdes serdes;
  private Meters meters;
  private StoredBlocks frames;
  private AdapterOutlet adapters;
  private LineageLog log;
  private OrderedMoves orders;
  private SharedCommits commits;
  private Outlet decisions;

  /** Lineages whose configuration was written since the task was opened. */
  private BoundedMap<String, Boolean> configured;

  @SuppressWarnings("NullAway.Init") // Kafka Streams calls init before anything else
  PublishProcessor(PublishStage stage) {
    this.stage = stage;
    this.configuration = stage.configuration().toString().getBytes(StandardCharsets.UTF_8);
    this.writer = new AdapterWriter(stage.model(), stage.config().frames().framing());
  }

  @Override
  public void init(ProcessorContext<byte[], byte[]> context) {
    this.context = context;
    // anew, because a task that lost a transaction is initialised again with the same processor
    this.configured = new BoundedMap<>(CONFIGURED_MAX, gone -> {});
    this.frames = new StoredBlocks(context.getStateStore(PublishStage.FRAMES));
    this.serdes = RecordSerdes.open(stage.registry());
    this.meters = new Meters(context, Nodes.PUBLISH);
    Outlet records = new Outlet(context, serdes, Topic.ADAPTERS, stage.topics(), Nodes.ADAPTERS);
    this.adapters =
        new AdapterOutlet(
            records,
            stage.config(),
            FolderObjectStore.of(stage.config().objectsFolder()).orElse(null));
    this.log =
        new LineageLog(
            context.getStateStore(PublishStage.ALIASES),
            context.getStateStore(PublishStage.VERSIONS),
            new Outlet(context, serdes, Topic.ALIASES, stage.topics(), Nodes.ALIASES),
            records,
            meters,
            stage.clock(),
            stage.config().versionsKept());
    this.orders = new OrderedMoves(log);
    this.commits = new SharedCommits(context);
    this.decisions = new Outlet(context, serdes, Topic.DECISIONS, stage.topics(), Nodes.DECISIONS);
  }

  @Override
  public void process(Record<String, Object> record) {
    if (record.value() instanceof Order order) {
      orders.execute(order);
    } else if (record.value() instanceof Version version) {
      publish(record.withValue(version));
    } else {
      throw new IllegalStateException("expected a version or an order, found " + record.value());
    }
  }

  private void publish(Record<String, Version> record) {
    Version version = record.value();
    Map<String, byte[]> before = frames.read(record.key());
    Framing framing = restored(record.key(), before);
    AdapterRecord adapter = write(record, framing);
    frames.write(record.key(), before, framing.snapshot());
    if (adapter == null) {
      return;
    }
    long number = version.id().number();
    Alias former = log.alias(record.key());
    Alias now = former.published(number);
    AliasRecord.Builder alias =
        AliasRecord.newBuilder().setCause("PUBLISH").setEvidence(version.metrics());
    log.move(record.key(), former, now, alias, record.timestamp());
    VersionLedger.Entry entry =
        new VersionLedger.Entry(
            number,
            AdapterReader.isChange(adapter) ? adapter.getParent() : 0,
            adapters.chunks(adapter));
    log.added(record.key(), entry, now, record.timestamp());
    meters.count(Metric.VERSIONS, "PUBLISHED");
    commits.published();
  }

  private Framing restored(String lineage, Map<String, byte[]> blocks) {
    try {
      return Framing.restore(writer.framing(), blocks);
    } catch (IllegalArgumentException e) {
      throw new IllegalStateException(
          "damaged framing state of " + lineage + ": " + e.getMessage(), e);
    }
  }

  /** Writes the adapter of a version; null when it is held. */
  private @Nullable AdapterRecord write(Record<String, Version> record, Framing framing) {
    Version version = record.value();
    if (!log.ledger(record.key()).contains(framing.version())) {
      framing.keyNext(); // what a change would be added to was removed from the log
    }
    Framing.Frame frame = framing.frame(version);
    AdapterWriting writing = writer.write(version, frame, context.taskId().partition());
    if (writing instanceof AdapterWriting.NotRepresentable refused) {
      framing.heldBack(version);
      hold(record, "NOT_REPRESENTABLE", refused.message());
      return null;
    }
    AdapterRecord adapter = ((AdapterWriting.Written) writing).record();
    String tooLarge = adapters.send(adapter, record.timestamp(), headers(record.key(), adapter));
    if (tooLarge != null) {
      framing.heldBack(version);
      hold(record, "TOO_LARGE", tooLarge);
      return null;
    }
    framing.written(version, frame);
    configured.put(record.key(), true);
    LOG.info(
        "published {} at step {} as a {} frame of relative error {}",
        version.id(),
        version.step(),
        frame.type(),
        adapter.getRelativeError());
    return adapter;
  }

  /** A change needs its key frame on the log, and with it what is said there. */
  private Headers headers(String lineage, AdapterRecord adapter) {
    Headers headers = log.publishedNow();
    if (!AdapterReader.isChange(adapter) || configured.get(lineage) == null) {
      headers.add(PublishStage.CONFIGURATION, configuration);
    }
    return headers;
  }

  private long nanos() {
    return TimeUnit.MILLISECONDS.toNanos(context.currentSystemTimeMs());
  }

  private void hold(Record<String, Version> record, String outcome, String reason) {
    meters.count(Metric.VERSIONS, outcome);
    held.warn(outcome, () -> "held " + record.value().id() + ": " + reason);
    decisions.sendNow(
        record.key(),
        Decision.newBuilder()
            .setLineage(record.key())
            .setStage("publish")
            .setOutcome("HOLD")
            .setVersion(record.value().id().number())
            .setReasons(List.of(reason))
            .setEventTime(Instant.ofEpochMilli(record.timestamp()))
            .build(),
        record.timestamp());
  }

  @Override
  public void close() {
    serdes.close();
    meters.close();
  }
}
