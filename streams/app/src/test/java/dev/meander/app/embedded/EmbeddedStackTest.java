package dev.meander.app.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meander.schemas.LineagePartitions;
import dev.meander.schemas.Topic;
import dev.meander.schemas.TopicNames;
import dev.meander.schemas.kafka.Decoded;
import dev.meander.schemas.kafka.LineagePartitioner;
import dev.meander.schemas.kafka.RecordSerdes;
import dev.meander.schemas.record.AliasRecord;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init") // set before all tests
class EmbeddedStackTest {

  private static final int PARTITIONS = 3;

  private EmbeddedStack stack;

  @BeforeAll
  void start() {
    stack =
        EmbeddedStack.start(
            StackOptions.temporary()
                .named(new TopicNames("acme"))
                .withPartitions(PARTITIONS)
                .withoutShutdownHook());
  }

  @AfterAll
  void stop() {
    stack.close();
  }

  @Test
  void shouldHaveTheTopicsAndSchemasOfTheCatalogue() throws Exception {
    try (Admin admin = Broker.admin(stack.bootstrap())) {
      assertThat(admin.listTopics().names().get(10, TimeUnit.SECONDS))
          .containsAll(Arrays.stream(Topic.values()).map(stack.names()::of).toList());
    }
    try (var client = RecordSerdes.client(Map.of(RecordSerdes.REGISTRY_URL, stack.registryUrl()))) {
      assertThat(client.getAllSubjects())
          .containsExactlyInAnyOrder(
              "acme.traffic-value",
              "acme.samples-value",
              "acme.adapters-value",
              "acme.aliases-value",
              "acme.acks-value",
              "acme.decisions-value",
              "acme.predictions-value",
              "acme.commands-value");
      assertThat(client.getCompatibility("acme.traffic-value")).isEqualTo("FULL_TRANSITIVE");
    }
  }

  @Test
  void shouldGiveBackWhatWasProducedOnTheLineagesPartition() throws Exception {
    // The schemas are there already, in the very text a writer would register.
    Map<String, Object> config =
        Map.of(RecordSerdes.REGISTRY_URL, stack.registryUrl(), RecordSerdes.AUTO_REGISTER, false);
    String topic = stack.names().aliases();
    try (RecordSerdes serdes = RecordSerdes.open(config);
        KafkaProducer<String, byte[]> producer = producer(Map.of())) {
      AliasRecord alias = alias("m:global", 1);
      byte[] bytes = serdes.serialize(topic, alias);
      RecordMetadata written =
          producer.send(new ProducerRecord<>(topic, "m:global", bytes)).get(10, TimeUnit.SECONDS);
      assertThat(written.partition())
          .isEqualTo(LineagePartitions.partition("m:global", PARTITIONS));
      List<ConsumerRecord<String, byte[]>> records = read(topic, 1, "read_uncommitted");
      assertThat(serdes.decode(topic, AliasRecord.class, records.get(0).value()))
          .isEqualTo(new Decoded.Value<>(alias));
    }
  }

  @Test
  void shouldCommitTransactionsAndHideAbortedOnes() throws Exception {
    String topic = stack.names().decisions();
    try (KafkaProducer<String, byte[]> producer = producer(Map.of("transactional.id", "t"))) {
      producer.initTransactions();
      producer.beginTransaction();
      producer.send(new ProducerRecord<>(topic, "m:global", new byte[] {1}));
      producer.abortTransaction();
      producer.beginTransaction();
      producer.send(new ProducerRecord<>(topic, "m:global", new byte[] {2}));
      producer.commitTransaction();
    }
    assertThat(read(topic, 1, "read_committed"))
        .extracting(ConsumerRecord::value)
        .containsExactly(new byte[] {2});
  }

  @Test
  void shouldLeaveNoThreadAndNoFolderWhenClosed() {
    Set<Thread> before = EmbeddedBrokerTest.lastingThreads();
    EmbeddedStack other = EmbeddedStack.start(StackOptions.temporary());
    Path directory = other.broker().directory();
    other.close();
    other.close();
    assertThat(directory).doesNotExist();
    assertThat(EmbeddedBrokerTest.lastingThreads()).isSubsetOf(before);
  }

  private static AliasRecord alias(String lineage, long live) {
    return AliasRecord.newBuilder()
        .setLineage(lineage)
        .setEpoch(1)
        .setLive(live)
        .setCause("PUBLISH")
        .setEventTime(Instant.EPOCH)
        .build();
  }

  private KafkaProducer<String, byte[]> producer(Map<String, Object> more) {
    Map<String, Object> settings = new HashMap<>(more);
    settings.put("bootstrap.servers", stack.bootstrap());
    settings.put("partitioner.class", LineagePartitioner.class);
    return new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer());
  }

  private List<ConsumerRecord<String, byte[]>> read(String topic, int expected, String isolation) {
    Map<String, Object> settings =
        Map.of(
            "bootstrap.servers",
            stack.bootstrap(),
            "group.id",
            "reader-" + topic,
            "group.protocol",
            "consumer",
            "auto.offset.reset",
            "earliest",
            "isolation.level",
            isolation);
    List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();
    try (KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer())) {
      consumer.subscribe(List.of(topic));
      for (int polls = 0; polls < 200 && records.size() < expected; polls++) {
        consumer.poll(Duration.ofMillis(100)).forEach(records::add);
      }
    }
    return records;
  }
}
