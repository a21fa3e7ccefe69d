package dev.meander.streams.publish;

import dev.meander.core.codec.CodecChoice;
import dev.meander.core.learner.Version;
import dev.meander.core.objects.FolderObjectStore;
import dev.meander.core.wire.AdapterWriter;
import dev.meander.core.wire.AdapterWriting;
import dev.meander.schemas.Topic;
import dev.meander.schemas.kafka.RecordSerdes;
import dev.meander.schemas.record.AdapterRecord;
import dev.meander.schemas.record.AliasRecord;
import dev.meander.schemas.record.Decision;
import dev.meander.streams.metric.Meters;
import dev.meander.streams.metric.Metric;
import dev.meander.streams.path.Nodes;
import dev.meander.streams.path.Outlet;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes a version, makes it live, and asks for a commit so that both are visible at once. */
final class PublishProcessor implements Processor<String, Version, byte[], byte[]> {

  private static final Logger LOG = LoggerFactory.getLogger(PublishProcessor.class);

  private static final CodecChoice EXACT =
      CodecChoice.configured("float32", CodecChoice.AUTO, 1, 0);

  private final PublishStage stage;
  private final AdapterWriter writer;
  private ProcessorContext<byte[], byte[]> context;
  private KeyValueStore<String, byte[]> live;
  private RecordSerdes serdes;
  private Meters meters;
  private KeyValueStore<String, byte[]> published;
  private AdapterOutlet adapters;
  private Outlet aliases;
  private Outlet decisions;

  @SuppressWarnings("NullAway.Init") // Kafka Streams calls init before anything else
  PublishProcessor(PublishStage stage) {
    this.stage = stage;
    this.writer = new AdapterWriter(stage.model(), EXACT);
  }

  @Override
  public void init(ProcessorContext<byte[], byte[]> context) {
    this.context = context;
    this.live = context.getStateStore(PublishStage.ALIASES);
    this.published = context.getStateStore(PublishStage.PUBLISHED);
    this.serdes = RecordSerdes.open(stage.registry());
    this.meters = new Meters(context, Nodes.PUBLISH);
    this.adapters =
        new AdapterOutlet(
            new Outlet(context, serdes, Topic.ADAPTERS, stage.topics(), Nodes.ADAPTERS),
            stage.config(),
            FolderObjectStore.of(stage.config().objectsFolder()).orElse(null));
    this.aliases = new Outlet(context, serdes, Topic.ALIASES, stage.topics(), Nodes.ALIASES);
    this.decisions = new Outlet(context, serdes, Topic.DECISIONS, stage.topics(), Nodes.DECISIONS);
  }

  @Override
  public void process(Record<String, Version> record) {
    Version version = record.value();
    LastPublished last = LastPublished.of(version, published.get(record.key()));
    AdapterWriting writing = writer.write(version, context.taskId().partition());
    if (writing instanceof AdapterWriting.NotRepresentable refused) {
      hold(record, last, "NOT_REPRESENTABLE", refused.message());
      return;
    }
    AdapterRecord adapter = ((AdapterWriting.Written) writing).record();
    adapter.put("parent", last.parent(version));
    adapter.getProvenance().put("firstOffset", last.firstOffset(version));
    String tooLarge = adapters.send(adapter, record.timestamp(), publishedNow());
    if (tooLarge != null) {
      hold(record, last, "TOO_LARGE", tooLarge);
      return;
    }
    published.put(record.key(), last.published(version).toBytes());
    Alias former = Alias.of(record.key(), live.get(record.key()));
    Alias now = former.moveTo(version.id().number());
    live.put(record.key(), now.toBytes());
    byte[] alias = aliases.encode(alias(record, former, now));
    aliases.send(record.key(), alias, record.timestamp(), publishedNow());
    meters.count(Metric.VERSIONS, "PUBLISHED");
    LOG.info("published {} at step {}", version.id(), version.step());
    context.commit();
  }

  private static AliasRecord alias(Record<String, Version> record, Alias former, Alias now) {
    return AliasRecord.newBuilder()
        .setLineage(record.key())
        .setEpoch(now.epoch())
        .setLive(now.live())
        .setPrevious(former.epoch() == 0 ? null : former.live())
        .setCause("PUBLISH")
        .setEvidence(record.value().metrics())
        .setEventTime(Instant.ofEpochMilli(record.timestamp()))
        .build();
  }

  private void hold(
      Record<String, Version> record, LastPublished last, String outcome, String reason) {
    meters.count(Metric.VERSIONS, outcome);
    published.put(record.key(), last.held(record.value()).toBytes());
    LOG.warn("held {}: {}", record.value().id(), reason);
    decisions.send(
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

  private Headers publishedNow() {
    long micros = ChronoUnit.MICROS.between(Instant.EPOCH, stage.clock().instant());
    return new RecordHeaders()
        .add(
            PublishStage.PUBLISHED_AT_MICROS,
            String.valueOf(micros).getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void close() {
    serdes.close();
    meters.close();
  }
}
