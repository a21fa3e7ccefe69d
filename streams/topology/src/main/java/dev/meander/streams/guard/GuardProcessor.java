package dev.meander.streams.guard;

import dev.meander.core.guard.Verdict;
import dev.meander.core.learner.Step;
import dev.meander.core.learner.Version;
import dev.meander.schemas.Topic;
import dev.meander.schemas.kafka.RecordSerdes;
import dev.meander.schemas.record.Decision;
import dev.meander.streams.metric.Meters;
import dev.meander.streams.metric.Metric;
import dev.meander.streams.path.Nodes;
import dev.meander.streams.path.Outlet;
import java.time.Instant;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/** Writes every verdict as a decision and hands on only versions. */
final class GuardProcessor implements Processor<String, Step, Object, Object> {

  private final GuardStage stage;
  private ProcessorContext<Object, Object> context;
  private RecordSerdes serdes;
  private Meters meters;
  private Outlet decisions;

  @SuppressWarnings("NullAway.Init") // Kafka Streams calls init before anything else
  GuardProcessor(GuardStage stage) {
    this.stage = stage;
  }

  @Override
  public void init(ProcessorContext<Object, Object> context) {
    this.context = context;
    this.serdes = RecordSerdes.open(stage.registry());
    this.meters = new Meters(context, Nodes.GUARD);
    this.decisions = new Outlet(context, serdes, Topic.DECISIONS, stage.topics(), Nodes.DECISIONS);
  }

  @Override
  public void process(Record<String, Step> record) {
    Step step = record.value();
    Verdict verdict = step.verdict();
    if (verdict == null) {
      return;
    }
    Version version = step.version();
    meters.count(Metric.VERDICTS, verdict.outcome().name());
    decisions.sendNow(
        record.key(),
        Decision.newBuilder()
            .setLineage(record.key())
            .setStage("guard")
            .setOutcome(verdict.outcome().name())
            .setVersion(version == null ? step.parent() : version.id().number())
            .setReasons(verdict.reasons())
            .setEvidence(verdict.evidence())
            .setEventTime(Instant.ofEpochMilli(record.timestamp()))
            .build(),
        record.timestamp());
    if (version != null) {
      context.forward(record.withValue(version), Nodes.PUBLISH);
    }
  }

  @Override
  public void close() {
    serdes.close();
    meters.close();
  }
}
