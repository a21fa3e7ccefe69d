package dev.meander.streams.learner;

import dev.meander.core.learner.Learner;
import dev.meander.core.learner.MemoryShortException;
import dev.meander.core.learner.Refused;
import dev.meander.core.learner.Step;
import dev.meander.core.method.SourceBatches;
import dev.meander.core.model.AdaptableModel;
import dev.meander.core.tensor.Sample;
import dev.meander.core.weights.LineageId;
import dev.meander.core.wire.EventReading;
import dev.meander.schemas.RejectReason;
import dev.meander.schemas.kafka.RecordSerdes;
import dev.meander.schemas.log.RateLimitedLog;
import dev.meander.streams.deadletter.DeadLetters;
import dev.meander.streams.metric.Meters;
import dev.meander.streams.metric.Metric;
import dev.meander.streams.path.Nodes;
import dev.meander.streams.path.Order;
import dev.meander.streams.path.RecordTime;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decodes a sample, offers it to its lineage's learner, keeps what changed, forwards the steps. A
 * learner that is not live continues from the stores first. Between two samples it executes what
 * commands order.
 */
final class LearnerProcessor implements Processor<byte[], Object, Object, Object> {

  private static final Logger LOG = LoggerFactory.getLogger(LearnerProcessor.class);

  private final LearnerStage stage;
  private ProcessorContext<Object, Object> context;
  private RecordSerdes serdes;
  private AdaptableModel model;
  private SourceBatches source;
  private SampleReader reader;
  private final RateLimitedLog leftOut = new RateLimitedLog(LOG, this::nanos);
  private LiveLearners live;
  private LearnerStates states;
  private PendingSamples pending;
  private LineagePauses pauses;
  private LineageConfigurations configurations;
  private Meters meters;
  private DeadLetters deadLetters;

  @SuppressWarnings("NullAway.Init") // Kafka Streams calls init before anything else
  LearnerProcessor(LearnerStage stage) {
    this.stage = stage;
  }

  @Override
  public void init(ProcessorContext<Object, Object> context) {
    this.context = context;
    this.meters = new Meters(context, Nodes.LEARNER);
    this.deadLetters = new DeadLetters(context, meters, Nodes.DEAD_LETTERS, stage.letterBytesMax());
    // here, because a task that lost a transaction is initialised again with the same processor
    this.live =
        new LiveLearners(
            stage.config(),
            stage.liveMax(),
            stage.liveBytesMax(),
            learner -> meters.count(Metric.LEARNERS, "EVICTED"));
    this.states = new LearnerStates(context.getStateStore(LearnerStage.STATE));
    this.pending = new PendingSamples(context.getStateStore(LearnerStage.PENDING));
    this.pauses = new LineagePauses(context.getStateStore(LearnerStage.PAUSES));
    this.configurations =
        new LineageConfigurations(
            context.getStateStore(LearnerStage.CONFIGURATIONS), stage.config());
    this.serdes = RecordSerdes.open(stage.registry());
    this.reader = new SampleReader(serdes, stage.model());
    // once for all learners of the task: they are megabytes
    this.source = stage.config().method().source().read(stage.model(), stage.config().batchSize());
    this.model = stage.open();
  }

  @Override
  public void process(Record<byte[], Object> record) {
    if (record.value() instanceof Order order) {
      execute(order);
    } else {
      sample(record.withValue((byte[]) record.value()));
    }
  }

  private void sample(Record<byte[], byte[]> record) {
    RecordMetadata from = context.recordMetadata().orElseThrow();
    EventReading reading = reader.read(from.topic(), record.key(), record.value(), from.offset());
    if (reading instanceof EventReading.Unusable unusable) {
      deadLetters.send(record, unusable.reason(), unusable.message());
      return;
    }
    EventReading.Usable usable = (EventReading.Usable) reading;
    if (pauses.isPaused(usable.lineage())) {
      pauses.put(usable.lineage(), pauses.of(usable.lineage()).with(from.offset()));
      meters.count(Metric.SAMPLES, "PAUSED");
      return;
    }
    if (live.onlyWaits(usable.lineage(), usable.sample())) {
      pending.add(usable.lineage(), from.offset(), record.value());
      return;
    }
    long timeMillis = RecordTime.of(usable.sample().eventTimeMillis(), record.timestamp());
    Learner learner = live(usable.lineage(), timeMillis);
    pending.add(usable.lineage(), from.offset(), record.value());
    offer(learner, usable.sample(), timeMillis);
    live.weigh(usable.lineage(), states.bytes());
  }

  private void execute(Order order) {
    LineageId lineage = order.lineage();
    if (live.get(lineage) == null && !states.holds(lineage) && pending.of(lineage).isEmpty()) {
      order.refuse("unknown lineage: it has no learner");
      return;
    }
    switch (order.kind()) {
      case PAUSE -> pause(order);
      case RESUME -> resume(order);
      case RESET -> reset(order);
      default -> throw new IllegalStateException("expected an order to learn, found " + order);
    }
  }

  /** From here on samples are passed over; those of the unfinished batch wait. */
  private void pause(Order order) {
    LineageId lineage = order.lineage();
    Pauses known = pauses.of(lineage);
    if (known.isFull() && !known.paused()) {
      order.refuse(
          "expected at most "
              + Pauses.MAX
              + " pauses since the learner was at the base model, found as many: reset it");
      return;
    }
    order.after(live(lineage, order.timeMillis()).lastSampleOffset());
    if (!known.paused()) {
      pauses.put(lineage, known.begin());
    }
    order.executed();
  }

  private void resume(Order order) {
    LineageId lineage = order.lineage();
    Pauses known = pauses.of(lineage);
    if (known.paused()) {
      order.passed(known.samples());
      Pauses ended = known.end();
      pauses.put(lineage, ended);
      Learner learner = live.get(lineage);
      if (learner != null) {
        learner.paused(ended.all());
      }
    }
    order.executed();
  }

  /**
   * Puts the learner back to the base model. The samples of its unfinished batch stay, because they
   * say nothing of the weights, and so does a pause.
   */
  private void reset(Order order) {
    LineageId lineage = order.lineage();
    Learner former = live(lineage, order.timeMillis());
    Learner learner = former.reset(model);
    live.put(lineage, learner);
    states.replace(learner);
    List<Sample> waiting = learner.pending();
    Pauses known = pauses.of(lineage);
    Pauses since = known.since(waiting.isEmpty() ? Long.MAX_VALUE : waiting.get(0).offset());
    if (!since.equals(known)) {
      pauses.put(lineage, since);
    }
    learner.paused(since.all());
    meters.count(Metric.LEARNERS, "RESET");
    order.after(former.lastSampleOffset());
    order.executed();
  }

  private Learner live(LineageId lineage, long timeMillis) {
    Learner learner = live.get(lineage);
    if (learner == null) {
      learner = revive(lineage, timeMillis);
      live.put(lineage, learner);
    }
    return learner;
  }

  /** A learner that goes on where its lineage stopped, the samples of its last batch included. */
  private Learner revive(LineageId lineage, long timeMillis) {
    String topic = stage.topics().samples();
    Learner learner = new Learner(lineage, stage.config(), model, source);
    String reset = states.restore(learner);
    learner.paused(pauses.of(lineage).all());
    meters.count(Metric.LEARNERS, reset == null ? "OPENED" : "RESET");
    String told =
        LineageConfigurations.told(
            lineage, learner.version(), reset, configurations.continued(lineage));
    if (told != null) {
      LOG.warn("{}", told);
    }
    byte[] key = lineage.toString().getBytes(StandardCharsets.UTF_8);
    for (PendingSamples.Pending sample : pending.of(lineage)) {
      EventReading reading = reader.read(topic, key, sample.bytes(), sample.offset());
      if (reading instanceof EventReading.Usable usable) {
        offer(learner, usable.sample(), timeMillis);
      } else if (reading instanceof EventReading.Unusable unusable) {
        pending.remove(lineage, sample.offset());
        layAside(
            lineage,
            sample.offset(),
            sample.bytes(),
            timeMillis,
            unusable.reason(),
            unusable.message());
      }
    }
    return learner;
  }

  private void offer(Learner learner, Sample sample, long timeMillis) {
    for (Step step : steps(learner, sample)) {
      meters.count(Metric.STEPS, step.samples().isEmpty() ? "WITHOUT_SAMPLES" : "DONE");
      step.samples().forEach(used -> pending.remove(learner.lineage(), used.offset()));
      step.refused().forEach(refused -> layAside(learner.lineage(), refused, timeMillis));
      states.write(learner);
      Record<Object, Object> made = new Record<>(learner.lineage().toString(), step, timeMillis);
      context.forward(made, Nodes.PREDICTION);
      context.forward(made, Nodes.GUARD);
    }
  }

  private List<Step> steps(Learner learner, Sample sample) {
    LineageId lineage = learner.lineage();
    try {
      learner.refusals(stage.memory().refusals(lineage));
      List<Step> steps = learner.offer(sample, model);
      if (!steps.isEmpty()) {
        stage.memory().sufficed(lineage);
      }
      return steps;
    } catch (MemoryShortException e) {
      throw stage.memory().wasShort(lineage, e);
    }
  }

  private long nanos() {
    return TimeUnit.MILLISECONDS.toNanos(context.currentSystemTimeMs());
  }

  private void layAside(LineageId lineage, Refused refused, long timeMillis) {
    long offset = refused.sample().offset();
    RejectReason reason =
        refused.memory() ? RejectReason.MODEL_OUT_OF_MEMORY : RejectReason.MODEL_FAILED;
    leftOut.warn(
        reason.name(),
        () ->
            "%s: the sample at %s-%d offset %d is left out: %s"
                .formatted(
                    lineage,
                    stage.topics().samples(),
                    context.taskId().partition(),
                    offset,
                    refused.message()));
    layAside(lineage, offset, pending.get(lineage, offset), timeMillis, reason, refused.message());
    pending.remove(lineage, offset);
  }

  /** Lays aside a sample that waited, as if it were read now, so that retention leaves it. */
  private void layAside(
      LineageId lineage,
      long offset,
      byte @Nullable [] sample,
      long timeMillis,
      RejectReason reason,
      String message) {
    deadLetters.send(
        new Record<>(
            lineage.toString().getBytes(StandardCharsets.UTF_8),
            sample,
            Math.max(timeMillis, context.currentStreamTimeMs())),
        stage.topics().samples(),
        context.taskId().partition(),
        offset,
        reason,
        message);
  }

  @Override
  public void close() {
    model.close();
    serdes.close();
    meters.close();
  }
}
