package dev.meander.app.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.meander.app.embedded.BrokerOptions;
import dev.meander.app.embedded.EmbeddedBroker;
import dev.meander.app.embedded.EmbeddedRegistry;
import dev.meander.schemas.LineagePartitions;
import dev.meander.schemas.RejectReason;
import dev.meander.schemas.kafka.DeadLetter;
import dev.meander.schemas.kafka.RecordSerdes;
import dev.meander.schemas.record.InferenceEvent;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import picocli.CommandLine;

/** Dead letters on a real broker: listed, selected, sent again once. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init") // set before all tests
class RedriveCommandTest {

  private static final int PARTITIONS = 2;
  private static final long TIME_MILLIS = 1_760_000_000_000L;
  private static final byte[] VALUE = {0, 1, 2, (byte) 0xff};

  private EmbeddedBroker broker;
  private KafkaProducer<byte[], byte[]> producer;

  /** What a command left behind. */
  record Run(int code, String out, String err) {

    JsonNode json() throws Exception {
      return new ObjectMapper().readTree(out);
    }
  }

  @BeforeAll
  void start() {
    broker = EmbeddedBroker.start(BrokerOptions.temporary());
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", broker.bootstrap(), "max.request.size", 4 << 20),
            new ByteArraySerializer(),
            new ByteArraySerializer());
  }

  @AfterAll
  void stop() {
    producer.close();
    broker.close();
  }

  private Run redrive(String prefix, String... more) {
    List<String> arguments =
        new ArrayList<>(List.of("--bootstrap", broker.bootstrap(), "--prefix", prefix));
    arguments.addAll(Arrays.asList(more));
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code =
        new CommandLine(new RedriveCommand())
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err))
            .setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF))
            .setExecutionExceptionHandler(new CommandFailures())
            .setCaseInsensitiveEnumValuesAllowed(true)
            .execute(arguments.toArray(String[]::new));
    return new Run(code, out.toString(), err.toString());
  }

  private void create(String prefix) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrap()))) {
      admin
          .createTopics(
              List.of(
                  new NewTopic(prefix + ".traffic", PARTITIONS, (short) 1),
                  new NewTopic(prefix + ".samples", PARTITIONS, (short) 1),
                  new NewTopic(prefix + ".dlq", 1, (short) 1)
                      .configs(Map.of("max.message.bytes", "2097152"))))
          .all()
          .get(10, TimeUnit.SECONDS);
    }
  }

  /** A letter about the record at {@code offset} of a topic's second partition. */
  private void letter(
      String prefix, String topic, RejectReason reason, @Nullable String key, long offset)
      throws Exception {
    Headers own = new RecordHeaders().add("ce_id", utf8("7"));
    Headers headers =
        DeadLetter.headers(own, reason, "expected 5, found 4", prefix + topic, 1, offset);
    letter(prefix, key == null ? null : utf8(key), VALUE, headers);
  }

  private void letter(
      String prefix, byte @Nullable [] key, byte @Nullable [] value, Headers headers)
      throws Exception {
    producer
        .send(new ProducerRecord<>(prefix + ".dlq", 0, TIME_MILLIS, key, value, headers))
        .get(10, TimeUnit.SECONDS);
  }

  private List<ConsumerRecord<byte[], byte[]>> committed(String topic) {
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", broker.bootstrap(), "isolation.level", "read_committed"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      List<TopicPartition> all =
          List.of(new TopicPartition(topic, 0), new TopicPartition(topic, 1));
      consumer.assign(all);
      consumer.seekToBeginning(all);
      Map<TopicPartition, Long> ends = consumer.endOffsets(all);
      List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
      while (all.stream().anyMatch(each -> consumer.position(each) < end(ends, each))) {
        consumer.poll(Duration.ofMillis(50)).forEach(records::add);
      }
      return records;
    }
  }

  private static long end(Map<TopicPartition, Long> ends, TopicPartition partition) {
    return Objects.requireNonNull(ends.get(partition));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void shouldListEveryLetterAndSendNothingByDefault() throws Exception {
    create("listed");
    letter("listed", ".traffic", RejectReason.WRONG_SHAPE, "event-1", 17);
    letter("listed", ".samples", RejectReason.NOT_FINITE, null, 18);
    Run run = redrive("listed");
    assertThat(run.err()).isEmpty();
    assertThat(run.code()).isZero();
    assertThat(run.out().lines())
        .containsExactly(
            "0/0        2025-10-09T08:53:20Z  listed.traffic/1/17  WRONG_SHAPE  key event-1"
                + "  11 bytes  WOULD_SEND: expected 5, found 4",
            "0/1        2025-10-09T08:53:20Z  listed.samples/1/18  NOT_FINITE  key none"
                + "  4 bytes  WOULD_SEND: expected 5, found 4",
            "2 letters would be sent again",
            "nothing was sent; add --send to send");
    assertThat(committed("listed.traffic")).isEmpty();
    assertThat(committed("listed.samples")).isEmpty();
  }

  @Test
  void shouldSendTheOriginalOnceToWhereItWas() throws Exception {
    create("sent");
    letter("sent", ".traffic", RejectReason.WRONG_SHAPE, "event-1", 17);
    letter("sent", ".samples", RejectReason.WRONG_SHAPE, "glyphs:global", 3);
    letter(
        "sent",
        null,
        null,
        DeadLetter.headers(
            new RecordHeaders(),
            RejectReason.UNDECODABLE,
            "expected a value",
            "sent.traffic",
            0,
            4));
    Run first = redrive("sent", "--send");
    assertThat(first.err()).isEmpty();
    assertThat(first.out().lines()).contains("3 letters sent again").hasSize(4);

    List<ConsumerRecord<byte[], byte[]>> traffic = committed("sent.traffic");
    assertThat(traffic).hasSize(2);
    ConsumerRecord<byte[], byte[]> event =
        traffic.stream().filter(record -> record.partition() == 1).findFirst().orElseThrow();
    assertThat(event.key()).isEqualTo(utf8("event-1"));
    assertThat(event.value()).isEqualTo(VALUE);
    assertThat(event.timestamp()).isEqualTo(TIME_MILLIS);
    assertThat(event.headers())
        .extracting(Header::key, header -> new String(header.value(), StandardCharsets.UTF_8))
        .containsExactly(tuple("ce_id", "7"), tuple("meander.redrive-count", "1"));
    ConsumerRecord<byte[], byte[]> tombstone =
        traffic.stream().filter(record -> record.partition() == 0).findFirst().orElseThrow();
    assertThat(tombstone.key()).isNull();
    assertThat(tombstone.value()).isNull();
    assertThat(committed("sent.samples"))
        .extracting(ConsumerRecord::partition)
        .containsExactly(LineagePartitions.partition("glyphs:global", PARTITIONS));

    assertThat(redrive("sent", "--send").out().lines())
        .containsExactly("3 letters sent again by an earlier run");
    assertThat(committed("sent.traffic")).hasSize(2);
    assertThat(redrive("sent", "--send", "--again", "--reason", "UNDECODABLE").code()).isZero();
    assertThat(committed("sent.traffic")).hasSize(3);
  }

  @Test
  void shouldSelectByTopicReasonKeyTimeAndOffset() throws Exception {
    create("chosen");
    letter("chosen", ".traffic", RejectReason.WRONG_SHAPE, "a", 0);
    letter("chosen", ".traffic", RejectReason.NOT_FINITE, "b", 1);
    letter("chosen", ".samples", RejectReason.NOT_FINITE, "glyphs:east", 2);
    String after = Instant.ofEpochMilli(TIME_MILLIS + 1).toString();
    String at = Instant.ofEpochMilli(TIME_MILLIS).toString();
    assertThat(chosen("--topic", "samples")).containsExactly("0/2");
    assertThat(chosen("--topic", "chosen.traffic,samples")).hasSize(3);
    assertThat(chosen("--reason", "not_finite")).containsExactly("0/1", "0/2");
    assertThat(chosen("--key", "a", "--key", "b")).containsExactly("0/0", "0/1");
    assertThat(chosen("--lineage", "glyphs:east")).containsExactly("0/2");
    assertThat(chosen("--from", after)).isEmpty();
    assertThat(chosen("--from", at, "--to", after)).hasSize(3);
    assertThat(chosen("--to", at)).isEmpty();
    assertThat(chosen("--partition", "0", "--from", "1", "--to", "2")).containsExactly("0/1");
    assertThat(chosen("--partition", "0", "--from", "9999")).isEmpty();
    assertThat(redrive("chosen", "--topic", "samples", "--send").code()).isZero();
    assertThat(chosen()).containsExactly("0/0", "0/1");
  }

  private List<String> chosen(String... filters) throws Exception {
    List<String> arguments = new ArrayList<>(List.of("--json"));
    arguments.addAll(Arrays.asList(filters));
    JsonNode report = redrive("chosen", arguments.toArray(String[]::new)).json();
    return report.path("letters").findValuesAsText("letter");
  }

  @Test
  void shouldStopAtTheLimitAndGoOnWhenRepeated() throws Exception {
    create("limited");
    for (int i = 0; i < 5; i++) {
      letter("limited", ".traffic", RejectReason.WRONG_SHAPE, "event-" + i, i);
    }
    Run first = redrive("limited", "--send", "--limit", "2", "--json");
    assertThat(first.json().path("more").asBoolean()).isTrue();
    assertThat(first.json().path("counts").path("SENT").asInt()).isEqualTo(2);
    assertThat(redrive("limited", "--limit", "2").out())
        .contains("more letters are selected; raise --limit or repeat with --send");
    redrive("limited", "--send", "--limit", "2");
    Run last = redrive("limited", "--send", "--limit", "2", "--json");
    assertThat(last.json().path("more").asBoolean()).isFalse();
    assertThat(last.json().path("counts").toString()).isEqualTo("{\"SENT\":1,\"SENT_BEFORE\":4}");
    assertThat(committed("limited.traffic"))
        .extracting(record -> new String(record.key(), StandardCharsets.UTF_8))
        .containsExactly("event-0", "event-1", "event-2", "event-3", "event-4");
  }

  @Test
  void shouldNameWhatItCannotSend() throws Exception {
    create("odd");
    Headers looping = new RecordHeaders().add(DeadLetter.REDRIVE_COUNT, utf8("3"));
    letter("odd", null, VALUE, new RecordHeaders());
    letter("odd", null, VALUE, letterOf(new RecordHeaders(), "odd.adapters"));
    letter("odd", null, VALUE, letterOf(new RecordHeaders(), "other.traffic"));
    letter("odd", null, VALUE, letterOf(looping, "odd.traffic"));
    Headers large = letterOf(new RecordHeaders(), "odd.traffic");
    letter("odd", null, null, large.add(DeadLetter.VALUE_BYTES, utf8("3145728")));
    Run run = redrive("odd", "--send");
    assertThat(run.code()).isZero();
    assertThat(run.out().lines().skip(5))
        .containsExactly(
            "1 letter refused after every redrive it is allowed",
            "1 letter without headers that say where it came from",
            "2 letters from a topic that the application does not read",
            "1 letter too large to be laid aside, without its value");
    assertThat(committed("odd.traffic")).isEmpty();
    assertThat(redrive("odd", "--send", "--redrives-max", "4").out())
        .contains("1 letter sent again\n");
    assertThat(committed("odd.traffic"))
        .extracting(record -> DeadLetter.redrives(record.headers()))
        .containsExactly(4);
  }

  private static Headers letterOf(Headers own, String topic) {
    return DeadLetter.headers(own, RejectReason.UNDECODABLE, "expected more", topic, 0, 0);
  }

  @Test
  void shouldSendNothingOfATransactionWhenATopicRefusesOne() throws Exception {
    create("refusing");
    letter("refusing", ".traffic", RejectReason.WRONG_SHAPE, "event-1", 0);
    letter(
        "refusing",
        utf8("large"),
        new byte[1_500_000],
        letterOf(new RecordHeaders(), "refusing.traffic"));
    Run run = redrive("refusing", "--send");
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err())
        .startsWith(
            "expected refusing.traffic to take dead letter 0/1, found: The request included a"
                + " message larger than the max message size the server will accept.");
    assertThat(committed("refusing.traffic")).isEmpty();
    assertThat(redrive("refusing", "--send", "--key", "event-1").code()).isZero();
    assertThat(committed("refusing.traffic")).hasSize(1);
  }

  @Test
  void shouldFindTheLineageInTheRecordWhenARegistryIsNamed() throws Exception {
    create("scoped");
    try (EmbeddedRegistry registry = EmbeddedRegistry.start(broker.bootstrap());
        RecordSerdes serdes =
            RecordSerdes.open(Map.of(RecordSerdes.REGISTRY_URL, registry.url()))) {
      for (String scope : List.of("east", "west")) {
        InferenceEvent event =
            InferenceEvent.newBuilder()
                .setEventId(scope)
                .setLineage("glyphs:" + scope)
                .setVersion(0)
                .setEventTime(Instant.ofEpochMilli(TIME_MILLIS))
                .setInput(null)
                .setLogits(List.of())
                .setNode("node")
                .build();
        letter(
            "scoped",
            utf8("id-" + scope),
            serdes.serialize("scoped.traffic", event),
            letterOf(new RecordHeaders(), "scoped.traffic"));
      }
      letter("scoped", utf8("id"), VALUE, letterOf(new RecordHeaders(), "scoped.traffic"));
      Run run =
          redrive("scoped", "--registry", registry.url(), "--lineage", "glyphs:west", "--json");
      assertThat(run.json().path("letters").findValuesAsText("key")).containsExactly("id-west");
    }
  }

  @Test
  void shouldRefuseWrongUse() {
    wrong("expected --limit from 1 to 1000000, found 0", "--limit", "0");
    wrong("expected --redrives-max from 1 to 1000, found 1001", "--redrives-max", "1001");
    wrong("expected --partition with an offset in --from, found none", "--from", "12");
    wrong("expected --partition >= 0, found -1", "--partition", "-1");
    wrong(
        "--to: expected an offset or a time such as 2026-01-31T10:00:00Z, found \"yesterday\"",
        "--to",
        "yesterday");
    wrong("--lineage: expected a lineage written model:scope, found \"x\"", "--lineage", "x");
  }

  private void wrong(String message, String... arguments) {
    Run run = redrive("unused", arguments);
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).startsWith(message + "\n");
  }

  @Test
  void shouldSayThatTheTopicIsMissing() throws Exception {
    Run none = redrive("missing");
    assertThat(none.code()).isEqualTo(1);
    assertThat(none.err()).isEqualTo("expected the topic missing.dlq, found none\n");
    create("narrow");
    Run partition = redrive("narrow", "--partition", "1");
    assertThat(partition.code()).isEqualTo(1);
    assertThat(partition.err()).isEqualTo("expected a partition below 1 of narrow.dlq, found 1\n");
    assertThat(redrive("narrow").out()).isEqualTo("no dead letter on narrow.dlq is selected\n");
  }
}
