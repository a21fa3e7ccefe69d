package dev.meander.app.versions;

import dev.meander.app.topics.UnreachableException;
import dev.meander.core.config.ConfigurationException;
import dev.meander.schemas.CommandKind;
import dev.meander.schemas.LineagePartitions;
import dev.meander.schemas.kafka.Decoded;
import dev.meander.schemas.kafka.RecordSerdes;
import dev.meander.schemas.record.AliasRecord;
import dev.meander.schemas.record.Command;
import dev.meander.schemas.record.CommandAnswer;
import dev.meander.schemas.record.Decision;
import dev.meander.schemas.stall.StableOffsets;
import dev.meander.schemas.time.ClusterClock;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Writes a command and waits for its answer, and for the alias record where the answer says that
 * the alias moved. Both are read from where the topics ended before the command was written.
 *
 * <p>Thread-safety: none. Lifetime: the owner closes it.
 */
public final class OrderClient implements AutoCloseable {

  private static final Duration POLL = Duration.ofMillis(100);
  private static final int ANSWER_MILLIS = 10_000;
  private static final Duration ENDS_WITHIN = Duration.ofSeconds(3);

  /** A waiting fetch holds up what is asked on the same connection next. */
  private static final int FETCH_MILLIS = 50;

  private final Cluster cluster;
  private final ClusterClock clock;
  private final LongSupplier nanos;
  private final RecordSerdes serdes;
  private final KafkaProducer<byte[], byte[]> producer;
  private final KafkaConsumer<byte[], byte[]> consumer;

  /**
   * @param nanos monotonic clock in nanoseconds
   */
  public OrderClient(Cluster cluster, Clock clock, LongSupplier nanos) {
    this.clock = ClusterClock.of(clock);
    this.cluster = cluster;
    this.nanos = nanos;
    this.serdes = RecordSerdes.open(cluster.registry());
    Map<String, Object> all = new HashMap<>();
    all.put("max.block.ms", ANSWER_MILLIS);
    all.put("request.timeout.ms", ANSWER_MILLIS / 2);
    all.put("delivery.timeout.ms", ANSWER_MILLIS);
    all.put("default.api.timeout.ms", ANSWER_MILLIS);
    all.put("fetch.max.wait.ms", FETCH_MILLIS);
    all.putAll(cluster.kafka());
    all.put("bootstrap.servers", cluster.bootstrap());
    all.put("acks", "all");
    all.put("isolation.level", "read_committed");
    all.put("enable.auto.commit", false);
    all.put("auto.offset.reset", "earliest");
    all.remove("group.id");
    this.producer = new KafkaProducer<>(all, new ByteArraySerializer(), new ByteArraySerializer());
    this.consumer =
        new KafkaConsumer<>(all, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  /**
   * Sends {@code command}.
   *
   * @param within longest time to wait for the answer
   * @throws UnreachableException when the cluster, or the application on it, does not answer
   */
  public Answered send(Command command, Duration within) {
    try {
      TopicPartition decisions = partition(cluster.topics().decisions(), command);
      TopicPartition aliases = partition(cluster.topics().aliases(), command);
      TopicPartition commands = partition(cluster.topics().commands(), command);
      consumer.assign(List.of(decisions, aliases));
      consumer.seekToEnd(consumer.assignment());
      consumer.assignment().forEach(consumer::position);
      long start = nanos.getAsLong();
      write(commands, command);
      return await(command, start, within);
    } catch (TimeoutException | java.util.concurrent.TimeoutException e) {
      throw unreachable(e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof TimeoutException timeout) {
        throw unreachable(timeout);
      }
      throw new KafkaException("the command was not written: " + e.getCause(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unreachable(e);
    }
  }

  /**
   * Writes an order, and once more when the broker did not take its time and said which it takes.
   */
  private void write(TopicPartition to, Command command)
      throws InterruptedException, ExecutionException, java.util.concurrent.TimeoutException {
    byte[] key = command.getLineage().getBytes(StandardCharsets.UTF_8);
    byte[] value = serdes.serialize(to.topic(), command);
    try {
      write(new ProducerRecord<>(to.topic(), to.partition(), clock.millis(), key, value));
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof InvalidTimestampException refused) || !clock.learn(refused)) {
        throw e;
      }
      write(new ProducerRecord<>(to.topic(), to.partition(), clock.millis(), key, value));
    }
  }

  private void write(ProducerRecord<byte[], byte[]> order)
      throws InterruptedException, ExecutionException, java.util.concurrent.TimeoutException {
    producer.send(order).get(ANSWER_MILLIS, TimeUnit.MILLISECONDS);
  }

  private TopicPartition partition(String topic, Command command) {
    List<PartitionInfo> found = consumer.partitionsFor(topic);
    if (found == null || found.isEmpty()) {
      throw new ConfigurationException(
          "the cluster at " + cluster.bootstrap(),
          List.of(
              "expected topic " + topic + ", found none: create it with `meander topics create`"));
    }
    return new TopicPartition(
        topic, LineagePartitions.partition(command.getLineage(), found.size()));
  }

  private Answered await(Command command, long startNanos, Duration within) {
    Answered answer = null;
    boolean aliasSeen = false;
    while (nanos.getAsLong() - startNanos < within.toNanos()) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        if (record.topic().equals(cluster.topics().decisions())) {
          Answered found = answer(record, command, startNanos);
          answer = found == null ? answer : found;
        } else {
          aliasSeen |= isOf(record, command);
        }
      }
      if (answer != null && (aliasSeen || !moves(answer))) {
        return answer;
      }
    }
    throw new UnreachableException(
        (answer == null
                ? "no answer to command " + command.getId()
                : "no alias record of command " + command.getId())
            + " within "
            + within.toMillis()
            + " ms: is `meander run` at work on this cluster? The command stays on "
            + cluster.topics().commands()
            + " and is executed in its turn"
            + standing(),
        new TimeoutException());
  }

  /**
   * Which partition keeps the answer back, where one does; empty where none does or can be seen.
   */
  private String standing() {
    Map<String, Object> settings = new HashMap<>(cluster.kafka());
    settings.put("bootstrap.servers", cluster.bootstrap());
    try {
      Admin admin = Admin.create(settings);
      try {
        return new StableOffsets(admin, ENDS_WITHIN)
            .ends(consumer.assignment()).entrySet().stream()
                .filter(ends -> ends.getValue().behind() > 0)
                .map(
                    ends ->
                        "; "
                            + ends.getKey()
                            + " has "
                            + ends.getValue().behind()
                            + " offsets behind an open transaction, from offset "
                            + ends.getValue().stable()
                            + ": `meander doctor` says whether it hangs")
                .sorted()
                .collect(Collectors.joining());
      } finally {
        admin.close(Duration.ZERO);
      }
    } catch (KafkaException e) {
      return "";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "";
    }
  }

  /** A command that did something moved the alias, unless it removed a version. */
  private static boolean moves(Answered answer) {
    return answer.outcome().equals("APPLIED")
        && answer.reasons().isEmpty()
        && !answer.kind().equals(CommandKind.RETIRE.name());
  }

  private @Nullable Answered answer(
      ConsumerRecord<byte[], byte[]> record, Command command, long startNanos) {
    if (!(serdes.decode(record.topic(), Decision.class, record.value())
        instanceof Decoded.Value<Decision> value)) {
      return null;
    }
    Decision decision = value.value();
    CommandAnswer answer = decision.getAnswer();
    if (answer == null
        || !answer.getCommand().equals(command.getId())
        || !decision.getLineage().equals(command.getLineage())) {
      return null;
    }
    return new Answered(
        answer.getCommand(),
        answer.getKind(),
        decision.getOutcome(),
        decision.getReasons(),
        decision.getVersion(),
        answer.getEpoch(),
        answer.getSampleOffset(),
        decision.getCounts().getOrDefault("PAUSED", 0L),
        (nanos.getAsLong() - startNanos) / 1e6);
  }

  private boolean isOf(ConsumerRecord<byte[], byte[]> record, Command command) {
    return serdes.decode(record.topic(), AliasRecord.class, record.value())
            instanceof Decoded.Value<AliasRecord> value
        && command.getId().equals(value.value().getCommand());
  }

  private UnreachableException unreachable(Exception cause) {
    return new UnreachableException(
        "cannot reach Kafka at " + cluster.bootstrap() + ": " + cause.getMessage(), cause);
  }

  @Override
  public void close() {
    producer.close(Duration.ofSeconds(1));
    consumer.close();
    serdes.close();
  }
}
