package dev.meander.streams;

import dev.meander.core.learner.ConfigurationText;
import dev.meander.schemas.Retention;
import dev.meander.schemas.Topic;
import dev.meander.schemas.TopicNames;
import dev.meander.streams.command.CommandFirst;
import dev.meander.streams.command.CommandStage;
import dev.meander.streams.gate.GateStage;
import dev.meander.streams.guard.GuardStage;
import dev.meander.streams.learner.LearnerStage;
import dev.meander.streams.path.ByLineage;
import dev.meander.streams.path.Nodes;
import dev.meander.streams.path.RecordTime;
import dev.meander.streams.prediction.PredictionStage;
import dev.meander.streams.publish.PublishStage;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.Topology;

/**
 * The path from traffic to adapters. Two sub-topologies that meet on {@code samples}: the gate
 * scales with the partitions of the traffic, learners scale with lineages.
 *
 * <p>Thread-safety: immutable. Runs under {@link AdaptationConfig#properties}, in a cluster or in a
 * {@code TopologyTestDriver}.
 */
public final class AdaptationTopology {

  private static final ByteArrayDeserializer READ = new ByteArrayDeserializer();
  private static final ByteArraySerializer WRITE = new ByteArraySerializer();

  private static final AutoOffsetReset FROM_FIRST = AutoOffsetReset.earliest();
  private static final CommandFirst NEXT = new CommandFirst();

  private final TopicNames topics;
  private final RecordTime time;
  private final GateStage gate;
  private final CommandStage command;
  private final LearnerStage learner;
  private final PredictionStage prediction;
  private final GuardStage guard;
  private final PublishStage publish;

  /**
   * @param config of the application
   * @param base the model it adapts
   * @param clock says when versions are published; no content depends on it
   */
  public AdaptationTopology(AdaptationConfig config, BaseModel base, Clock clock) {
    this(config, base, clock, Retention.DEAD_LETTER_BYTES_MAX);
  }

  /**
   * @param letterBytesMax largest dead letter that clients and brokers take
   */
  AdaptationTopology(AdaptationConfig config, BaseModel base, Clock clock, int letterBytesMax) {
    this.topics = config.topics();
    this.time = new RecordTime(clock);
    this.gate =
        new GateStage(
            config.gate(),
            base.spec(),
            topics,
            config.registry(),
            config.sampleBytesMax(),
            letterBytesMax);
    this.command =
        new CommandStage(base.spec().name(), topics, config.registry(), clock, letterBytesMax);
    this.learner =
        new LearnerStage(
            config.learner(),
            base.spec(),
            base.source(),
            base.provider(),
            topics,
            config.registry(),
            config.learnersLiveMax(),
            config.learnersLiveBytesMax(),
            letterBytesMax);
    this.prediction =
        new PredictionStage(
            config.predictions(),
            config.learner().method().name(),
            config.sampleBytesMax(),
            topics,
            config.registry());
    this.guard = new GuardStage(topics, config.registry());
    this.publish =
        new PublishStage(
            base.spec(),
            topics,
            config.registry(),
            config.publish(),
            ConfigurationText.of(config.learner()),
            clock);
  }

  /** Full names of the topics that the topology under {@code config} needs. */
  static List<String> topics(AdaptationConfig config) {
    Set<Topic> unused =
        config.predictions() ? Set.of(Topic.ACKS) : Set.of(Topic.ACKS, Topic.PREDICTIONS);
    return Arrays.stream(Topic.values())
        .filter(topic -> !unused.contains(topic))
        .map(config.topics()::of)
        .toList();
  }

  /** The path, in the order of a record's journey. */
  public Topology build() {
    Topology path = new Topology();

    path.addSource(FROM_FIRST, Nodes.TRAFFIC, time, READ, READ, topics.traffic());
    path.addProcessor(Nodes.GATE, gate, Nodes.TRAFFIC);
    sink(path, Nodes.GATE_SAMPLES, Topic.SAMPLES, Nodes.GATE);
    sink(path, Nodes.GATE_DECISIONS, Topic.DECISIONS, Nodes.GATE);
    deadLetters(path, Nodes.GATE_DEAD_LETTERS, Nodes.GATE);

    path.addSource(FROM_FIRST, Nodes.COMMANDS, NEXT, READ, READ, topics.commands());
    path.addProcessor(Nodes.COMMAND, command, Nodes.COMMANDS);
    path.addSource(FROM_FIRST, Nodes.SAMPLES, time, READ, READ, topics.samples());
    path.addProcessor(Nodes.LEARNER, learner, Nodes.SAMPLES, Nodes.COMMAND);
    path.addProcessor(Nodes.PREDICTION, prediction, Nodes.LEARNER);
    path.addProcessor(Nodes.GUARD, guard, Nodes.LEARNER);
    path.addProcessor(Nodes.PUBLISH, publish, Nodes.GUARD, Nodes.COMMAND);
    sink(path, Nodes.PREDICTIONS, Topic.PREDICTIONS, Nodes.PREDICTION);
    sink(path, Nodes.ADAPTERS, Topic.ADAPTERS, Nodes.PUBLISH);
    sink(path, Nodes.ALIASES, Topic.ALIASES, Nodes.PUBLISH);
    sink(path, Nodes.DECISIONS, Topic.DECISIONS, Nodes.COMMAND, Nodes.GUARD, Nodes.PUBLISH);
    deadLetters(path, Nodes.DEAD_LETTERS, Nodes.COMMAND, Nodes.LEARNER);
    return path;
  }

  private void sink(Topology path, String node, Topic topic, String... parents) {
    path.addSink(node, topics.of(topic), WRITE, WRITE, new ByLineage(topic), parents);
  }

  /** Dead letters keep their original key, whatever it is, and with it Kafka's own partitioner. */
  private void deadLetters(Topology path, String node, String... parents) {
    path.addSink(node, topics.dlq(), WRITE, WRITE, parents);
  }
}
