package dev.meander.streams.command;

import dev.meander.schemas.CommandKind;
import dev.meander.schemas.Topic;
import dev.meander.schemas.kafka.RecordSerdes;
import dev.meander.schemas.record.Command;
import dev.meander.schemas.record.CommandAnswer;
import dev.meander.schemas.record.Decision;
import dev.meander.streams.command.CommandReader.Reading;
import dev.meander.streams.deadletter.DeadLetters;
import dev.meander.streams.metric.Meters;
import dev.meander.streams.metric.Metric;
import dev.meander.streams.path.Nodes;
import dev.meander.streams.path.Order;
import dev.meander.streams.path.Outlet;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a command, has the stages execute it, answers with a decision and asks for a commit, so
 * that effect and answer are visible at once.
 */
final class CommandProcessor implements Processor<byte[], byte[], Object, Object> {

  private static final Logger LOG = LoggerFactory.getLogger(CommandProcessor.class);

  private static final String APPLIED = "APPLIED";
  private static final String REFUSED = "REFUSED";
  private static final String REPEATED = "REPEATED";

  private final CommandStage stage;
  private ProcessorContext<Object, Object> context;
  private KeyValueStore<String, byte[]> applied;
  private RecordSerdes serdes;
  private CommandReader reader;
  private Meters meters;
  private DeadLetters deadLetters;
  private Outlet decisions;

  @SuppressWarnings("NullAway.Init") // Kafka Streams calls init before anything else
  CommandProcessor(CommandStage stage) {
    this.stage = stage;
  }

  @Override
  public void init(ProcessorContext<Object, Object> context) {
    this.context = context;
    this.applied = context.getStateStore(CommandStage.APPLIED);
    this.serdes = RecordSerdes.open(stage.registry());
    this.reader = new CommandReader(serdes);
    this.meters = new Meters(context, Nodes.COMMAND);
    this.deadLetters = new DeadLetters(context, meters, Nodes.DEAD_LETTERS, stage.letterBytesMax());
    this.decisions = new Outlet(context, serdes, Topic.DECISIONS, stage.topics(), Nodes.DECISIONS);
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    Reading reading = reader.read(stage.topics().commands(), record.key(), record.value());
    if (reading instanceof Reading.Unusable unusable) {
      deadLetters.send(
          record.withTimestamp(stage.clock().millis()), unusable.reason(), unusable.message());
      return;
    }
    Reading.Usable usable = (Reading.Usable) reading;
    Command command = usable.command();
    Order order = new Order(command, usable.lineage(), usable.kind(), stage.clock().millis());
    String lineage = usable.lineage().toString();
    AppliedIds ids = AppliedIds.of(applied.get(lineage));
    if (ids.contains(command.getId())) {
      answer(order, REPEATED, List.of("the command was applied before"));
      return;
    }
    execute(order, record);
    if (!order.isRefused()) {
      applied.put(lineage, ids.with(command.getId()).toBytes());
    }
    answer(order, order.isRefused() ? REFUSED : APPLIED, order.notes());
  }

  private void execute(Order order, Record<byte[], byte[]> record) {
    if (!order.lineage().model().equals(stage.model())) {
      order.refuse(
          "unknown lineage: expected one of model " + stage.model() + ", found " + order.lineage());
      return;
    }
    if (order.kind().isForTheLearner()) {
      context.forward(
          new Record<>(record.key(), order, order.timeMillis(), record.headers()), Nodes.LEARNER);
    }
    if (!order.isRefused()) {
      context.forward(
          new Record<>(order.lineage().toString(), order, order.timeMillis()), Nodes.PUBLISH);
    }
    if (!order.isExecuted()) {
      throw new IllegalStateException("expected a stage to execute " + order.kind());
    }
  }

  private void answer(Order order, String outcome, List<String> reasons) {
    Command command = order.command();
    meters.count(Metric.COMMANDS, outcome);
    LOG.info(
        "{} {} of {} by {} ({}): {} {}",
        command.getKind(),
        command.getId(),
        order.lineage(),
        command.getWho(),
        command.getWhy(),
        outcome,
        reasons);
    decisions.send(
        order.lineage().toString(),
        Decision.newBuilder()
            .setLineage(order.lineage().toString())
            .setStage("command")
            .setOutcome(outcome)
            .setVersion(order.live())
            .setReasons(reasons)
            .setCounts(counts(order))
            .setEventTime(Instant.ofEpochMilli(order.timeMillis()))
            .setAnswer(
                CommandAnswer.newBuilder()
                    .setCommand(command.getId())
                    .setKind(command.getKind())
                    .setEpoch(order.epoch())
                    .setSamplesPartition(context.taskId().partition())
                    .setSampleOffset(order.sampleOffset())
                    .build())
            .build(),
        order.timeMillis());
    context.commit();
  }

  private static Map<String, Long> counts(Order order) {
    return order.kind() == CommandKind.RESUME && !order.isRefused()
        ? Map.of("PAUSED", order.samplesPassed())
        : Map.of();
  }

  @Override
  public void close() {
    serdes.close();
    meters.close();
  }
}
