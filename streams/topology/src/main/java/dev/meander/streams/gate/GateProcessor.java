package dev.meander.streams.gate;

import dev.meander.core.gate.GateDecision;
import dev.meander.core.weights.LineageId;
import dev.meander.core.wire.EventReader;
import dev.meander.core.wire.EventReading;
import dev.meander.schemas.RejectReason;
import dev.meander.schemas.Topic;
import dev.meander.schemas.kafka.Decoded;
import dev.meander.schemas.kafka.RecordSerdes;
import dev.meander.schemas.record.InferenceEvent;
import dev.meander.schemas.record.Sample;
import dev.meander.streams.deadletter.DeadLetters;
import dev.meander.streams.metric.Meters;
import dev.meander.streams.metric.Metric;
import dev.meander.streams.path.Nodes;
import dev.meander.streams.path.Outlet;
import dev.meander.streams.path.RecordTime;
import dev.meander.streams.store.BoundedMap;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Decodes an event, lets its lineage's gate decide, keeps the gate's state, forwards the sample.
 */
final class GateProcessor implements Processor<byte[], byte[], byte[], byte[]> {

  private static final int GATES_LIVE_MAX = 10_000;
  private static final Duration REPORT_AFTER = Duration.ofSeconds(1);

  /** Counts that are reported at once; with more lineages each one's follow later. */
  static final int REPORTS_MAX = 256;

  private final GateStage stage;
  private final EventReader reader;

  /** Gates with counts that no report has shown, the one waiting longest first. */
  private final Map<LineageId, LineageGate> unreported = new LinkedHashMap<>();

  private ProcessorContext<byte[], byte[]> context;
  private BoundedMap<LineageId, LineageGate> gates;
  private KeyValueStore<String, byte[]> states;
  private RecordSerdes serdes;
  private Meters meters;
  private DeadLetters deadLetters;
  private Outlet samples;
  private Outlet decisions;
  private boolean resumed;

  @SuppressWarnings("NullAway.Init") // Kafka Streams calls init before anything else
  GateProcessor(GateStage stage) {
    this.stage = stage;
    this.reader = new EventReader(stage.model());
  }

  @Override
  public void init(ProcessorContext<byte[], byte[]> context) {
    this.context = context;
    // here, because a task that lost a transaction is initialised again with the same processor
    this.gates = new BoundedMap<>(GATES_LIVE_MAX, this::evicted);
    unreported.clear();
    resumed = false;
    this.states = context.getStateStore(GateStage.STATE);
    this.serdes = RecordSerdes.open(stage.registry());
    this.meters = new Meters(context, Nodes.GATE);
    this.deadLetters =
        new DeadLetters(context, meters, Nodes.GATE_DEAD_LETTERS, stage.letterBytesMax());
    this.samples = new Outlet(context, serdes, Topic.SAMPLES, stage.topics(), Nodes.GATE_SAMPLES);
    this.decisions =
        new Outlet(context, serdes, Topic.DECISIONS, stage.topics(), Nodes.GATE_DECISIONS);
    context.schedule(REPORT_AFTER, PunctuationType.WALL_CLOCK_TIME, now -> reportEldest());
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    RecordMetadata from = context.recordMetadata().orElseThrow();
    Decoded<InferenceEvent> decoded =
        serdes.decode(from.topic(), InferenceEvent.class, record.value());
    if (decoded instanceof Decoded.Refusal<InferenceEvent> refusal) {
      deadLetters.send(record, refusal.reason(), refusal.message());
      return;
    }
    InferenceEvent event = ((Decoded.Value<InferenceEvent>) decoded).value();
    long timeMillis = RecordTime.of(event.getEventTime().toEpochMilli(), record.timestamp());
    EventReading reading = read(record, event, from.offset());
    if (reading instanceof EventReading.Usable usable) {
      judge(record, event, usable, from, timeMillis);
    } else if (reading instanceof EventReading.Unusable unusable) {
      deadLetters.send(record, unusable.reason(), unusable.message());
      if (unusable.reason() != RejectReason.UNKNOWN_LINEAGE) {
        LineageGate gate = gate(LineageId.parse(event.getLineage()));
        gate.deadLetter(timeMillis);
        keep(gate);
      }
    }
  }

  /**
   * A sample has the time of its record, not of its event: retention goes by it, and a sample of an
   * old event would be gone from the log before a learner saw it.
   */
  private void judge(
      Record<byte[], byte[]> record,
      InferenceEvent event,
      EventReading.Usable usable,
      RecordMetadata from,
      long timeMillis) {
    LineageGate gate = gate(usable.lineage());
    GateDecision decision = gate.decide(usable.sample(), timeMillis);
    meters.count(Metric.EVENTS, decision.outcome().name());
    if (decision.admitted()) {
      byte[] sample =
          samples.encode(
              new Sample(
                  event,
                  decision.entropy(),
                  usable.sample().weight(),
                  from.partition(),
                  from.offset()));
      samples.send(usable.lineage().toString(), sample, record.timestamp(), record.headers());
    }
    keep(gate);
  }

  private EventReading read(Record<byte[], byte[]> record, InferenceEvent event, long offset) {
    EventReading reading = reader.read(event, 1, offset);
    long bytes = DeadLetters.bytes(record);
    return reading instanceof EventReading.Usable && bytes > stage.sampleBytesMax()
        ? new EventReading.Unusable(
            RejectReason.TOO_LARGE,
            "expected a record of at most " + stage.sampleBytesMax() + " bytes, found " + bytes)
        : reading;
  }

  private LineageGate gate(LineageId lineage) {
    LineageGate gate = gates.get(lineage);
    if (gate == null) {
      LineageGate owing = unreported.get(lineage);
      gate = owing == null ? stored(lineage, states.get(lineage.toString())) : owing;
      gates.put(lineage, gate);
      meters.count(Metric.GATES, "OPENED");
    }
    return gate;
  }

  private LineageGate stored(LineageId lineage, byte @Nullable [] state) {
    return new LineageGate(lineage, stage.config(), stage.model().classes(), state);
  }

  private void keep(LineageGate gate) {
    if (gate.isReportDue()) {
      report(gate);
      unreported.remove(gate.lineage());
    } else {
      unreported.put(gate.lineage(), gate);
    }
    states.put(gate.lineage().toString(), gate.snapshot());
  }

  private void evicted(LineageGate gate) {
    meters.count(Metric.GATES, "EVICTED");
    reportChanged(gate);
  }

  /** What was counted since the last time, by a task that died before it said so included. */
  private void reportEldest() {
    if (!resumed) {
      resumed = true;
      findUnreported();
    }
    unreported.values().stream().limit(REPORTS_MAX).toList().forEach(this::reportChanged);
  }

  /** Gates in the store that still owe a report and that no event has opened yet. */
  private void findUnreported() {
    try (KeyValueIterator<String, byte[]> all = states.all()) {
      all.forEachRemaining(
          entry -> {
            LineageId lineage = LineageId.parse(entry.key);
            if (gates.get(lineage) == null && LineageGate.isUnreported(entry.value)) {
              unreported.put(lineage, stored(lineage, entry.value));
            }
          });
    }
  }

  private void reportChanged(LineageGate gate) {
    unreported.remove(gate.lineage());
    if (gate.isUnreported()) {
      report(gate);
      states.put(gate.lineage().toString(), gate.snapshot());
    }
  }

  private void report(LineageGate gate) {
    decisions.sendNow(
        gate.lineage().toString(), gate.report(context.taskId().partition()), gate.timeMillis());
  }

  @Override
  public void close() {
    serdes.close();
    meters.close();
  }
}
