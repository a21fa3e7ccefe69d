package dev.meander.suite.crash;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.meander.core.wire.EventReader;
import dev.meander.schemas.CommandKind;
import dev.meander.schemas.LineagePartitions;
import dev.meander.schemas.TopicNames;
import dev.meander.schemas.kafka.RecordSerdes;
import dev.meander.schemas.record.Command;
import dev.meander.schemas.record.InferenceEvent;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** What one application is sent. Two that are asked for equally much send the same. */
final class Sender implements AutoCloseable {

  private static final float[] NO_INPUT = {1};
  private static final int[] NO_SHAPE = {1};

  private final TopicNames names;
  private final Subject subject;
  private final List<String> lineages;
  private final Instant firstEvent;
  private final RecordSerdes serdes;
  private final Producer<byte[], byte[]> producer;
  private final SplittableRandom random = new SplittableRandom(7);
  private long sent;
  private long spoilt;
  private long ordered;

  Sender(
      CrashCluster cluster,
      TopicNames names,
      Subject subject,
      List<String> lineages,
      RecordSerdes serdes) {
    this.names = names;
    this.subject = subject;
    this.lineages = lineages;
    this.firstEvent = cluster.firstEvent();
    this.serdes = serdes;
    this.producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", cluster.bootstrap(), "acks", "all"),
            new ByteArraySerializer(),
            new ByteArraySerializer());
  }

  /** Events so far, those that fit no model included. */
  long events() {
    return sent;
  }

  /** Records so far that no learner can use. */
  long spoilt() {
    return spoilt;
  }

  /** Command records so far. */
  long commands() {
    return ordered;
  }

  /**
   * Sends every lineage the events of so many batches, of which the gate skips some, and with each
   * batch a record that is no event and an event of another model's shape.
   */
  void send(int batches) {
    for (int i = 0; i < batches * CrashScene.BATCH; i++) {
      for (String lineage : lineages) {
        float[] input = subject.inputs().draw((int) (sent % subject.classes()), random);
        send(lineage, serdes.serialize(names.traffic(), event(lineage, input)));
        if (i % CrashScene.BATCH == 0) {
          send(lineage, new byte[] {1, 2, 3, (byte) i});
          send(lineage, serdes.serialize(names.traffic(), event(lineage, NO_INPUT)));
          spoilt += 2;
        }
      }
    }
    producer.flush();
  }

  private void send(String lineage, byte[] record) {
    producer.send(new ProducerRecord<>(names.traffic(), lineage.getBytes(UTF_8), record));
  }

  private InferenceEvent event(String lineage, float[] input) {
    long number = sent++;
    int[] shape = input == NO_INPUT ? NO_SHAPE : subject.source().inputShape();
    return InferenceEvent.newBuilder()
        .setEventId("event-" + number)
        .setLineage(lineage)
        .setVersion(0)
        .setEventTime(firstEvent.plusMillis(number))
        .setInput(EventReader.tensor(input, shape))
        .setLogits(
            Stream.generate(() -> (float) random.nextGaussian()).limit(subject.classes()).toList())
        .setNode("test")
        .build();
  }

  /** Sends every lineage a command. */
  void order(String id, CommandKind kind, @Nullable Long version) {
    for (String lineage : lineages) {
      Command command =
          Command.newBuilder()
              .setId(id)
              .setLineage(lineage)
              .setKind(kind.name())
              .setVersion(version)
              .setWho("the test")
              .setTime(firstEvent)
              .build();
      byte[] record = serdes.serialize(names.commands(), command);
      producer.send(
          new ProducerRecord<>(
              names.commands(),
              LineagePartitions.partition(lineage, CrashScene.PARTITIONS),
              lineage.getBytes(UTF_8),
              record));
      ordered++;
    }
    producer.flush();
  }

  @Override
  public void close() {
    producer.close();
  }
}
