package dev.meander.app.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.meander.app.Meander;
import dev.meander.app.embedded.BrokerOptions;
import dev.meander.app.embedded.EmbeddedBroker;
import dev.meander.app.embedded.EmbeddedRegistry;
import dev.meander.kit.BadInput;
import dev.meander.kit.BadInput.Entrance;
import dev.meander.schemas.LineagePartitions;
import dev.meander.schemas.Topic;
import dev.meander.schemas.TopicNames;
import dev.meander.schemas.kafka.RecordSerdes;
import dev.meander.schemas.record.AdapterRecord;
import dev.meander.schemas.record.AliasRecord;
import dev.meander.schemas.record.Command;
import dev.meander.schemas.record.CommandAnswer;
import dev.meander.schemas.record.Decision;
import dev.meander.schemas.record.Provenance;
import dev.meander.schemas.record.ServingAck;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Commands that look at lineages, on a cluster with more than a thousand of them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init") // set before all tests
class LineageCommandsTest {

  private static final Instant START = Instant.parse("2026-01-31T12:00:00Z");
  private static final int CAMERAS = 1_000;
  private static final int PARTITIONS = 2;
  private static final TopicNames NAMES = TopicNames.standard();

  private EmbeddedBroker broker;
  private EmbeddedRegistry registry;
  private RecordSerdes serdes;
  private KafkaProducer<byte[], byte[]> producer;
  private Path config;

  private record Run(int code, List<String> out, String err) {}

  private static Run run(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine line = Meander.commandLine();
    line.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    int code = line.execute(arguments);
    return new Run(code, out.toString().lines().toList(), err.toString().strip());
  }

  private Run configured(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--config", config.toString()));
    return run(all.toArray(String[]::new));
  }

  @BeforeAll
  void start(@TempDir Path folder) throws IOException {
    broker = EmbeddedBroker.start(BrokerOptions.temporary());
    registry = EmbeddedRegistry.start(broker.bootstrap());
    config =
        Files.writeString(
            folder.resolve("meander.properties"),
            """
            bootstrap.servers=%s
            schema.registry.url=%s
            model.name=plates
            """
                .formatted(broker.bootstrap(), registry.url()));
    assertThat(configured("topics", "create", "--partitions", "" + PARTITIONS).code()).isZero();
    serdes = RecordSerdes.open(Map.of(RecordSerdes.REGISTRY_URL, registry.url()));
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", broker.bootstrap()),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    for (int camera = 0; camera < CAMERAS; camera++) {
      alias("cameras:c%04d".formatted(camera), 1, 1, "PUBLISH", null, START);
    }
    east();
    producer.flush();
  }

  /** A lineage with two versions, a rollback by ada, and two nodes of which one follows. */
  private void east() {
    String east = "plates:east";
    send(Topic.ADAPTERS, east + "/1", adapter(east, 1, "tent", 1.25));
    alias(east, 1, 1, "PUBLISH", null, START.plusSeconds(1));
    send(Topic.ADAPTERS, east + "/2", adapter(east, 2, "auto", 0.5));
    alias(east, 2, 2, "PUBLISH", null, START.plusSeconds(2));
    send(
        Topic.COMMANDS,
        east,
        Command.newBuilder()
            .setId("o1")
            .setLineage(east)
            .setKind("ROLLBACK")
            .setVersion(1L)
            .setWho("ada")
            .setWhy("errors rose")
            .setEvidence(Map.of("ticket", "T-7"))
            .setTime(START.plusSeconds(3))
            .build());
    send(Topic.DECISIONS, east, answer(east));
    alias(east, 3, 1, "ROLLBACK", "o1", START.plusSeconds(4));
    for (int node = 1; node <= 2; node++) {
      send(
          Topic.ACKS,
          "node-" + node + "/" + east,
          ServingAck.newBuilder()
              .setNode("node-" + node)
              .setLineage(east)
              .setVersion(node)
              .setOutcome("LIVE")
              .setLiveAt(START)
              .build());
    }
    // what is no lineage, and what is no alias, is passed over
    send(Topic.ALIASES, "junk", answer(east));
    send(Topic.ALIASES, "plates:junk", answer(east));
  }

  private static Decision answer(String lineage) {
    return Decision.newBuilder()
        .setLineage(lineage)
        .setStage("command")
        .setOutcome("APPLIED")
        .setVersion(1)
        .setEventTime(START.plusSeconds(4))
        .setAnswer(
            CommandAnswer.newBuilder()
                .setCommand("o1")
                .setKind("ROLLBACK")
                .setEpoch(3)
                .setSamplesPartition(0)
                .build())
        .build();
  }

  private void alias(
      String lineage, long epoch, long live, String cause, @Nullable String command, Instant at) {
    send(
        Topic.ALIASES,
        lineage,
        AliasRecord.newBuilder()
            .setLineage(lineage)
            .setEpoch(epoch)
            .setLive(live)
            .setCause(cause)
            .setPinned(command != null)
            .setCommand(command)
            .setEventTime(at)
            .build());
  }

  private static AdapterRecord adapter(
      String lineage, long version, String method, double entropy) {
    ByteBuffer digest = ByteBuffer.wrap(new byte[32]);
    return AdapterRecord.newBuilder()
        .setLineage(lineage)
        .setVersion(version)
        .setParent(version - 1)
        .setKind("norm-affine")
        .setFrame("KEY")
        .setCodec("float32")
        .setBaseSha256(digest)
        .setLayoutSha256(digest)
        .setTensors(List.of())
        .setPayload(ByteBuffer.wrap(new byte[40]))
        .setContentSha256(digest)
        .setStateSha256(digest)
        .setProvenance(
            Provenance.newBuilder()
                .setMethod(method)
                .setConfigSha256(digest)
                .setSeed(1)
                .setStep(version)
                .setSamples(64 * version)
                .setSamplesPartition(0)
                .setFirstOffset(64 * (version - 1))
                .setLastOffset(64 * version - 1)
                .setEngine("none")
                .setEngineThreads(1)
                .setJvm("17")
                .setPlatform("linux")
                .build())
        .setMetrics(Map.of("meanEntropy", entropy))
        .setCreatedAt(START.plusSeconds(version))
        .build();
  }

  private void send(Topic topic, String key, SpecificRecord value) {
    String name = NAMES.of(topic);
    byte[] bytes =
        topic == Topic.ALIASES && !(value instanceof AliasRecord)
            ? new byte[] {0, 0, 0, 0, 1, 7}
            : serdes.serialize(name, value);
    producer.send(
        new ProducerRecord<>(
            name, LineagePartitions.partition(topic, key, PARTITIONS), key.getBytes(UTF_8), bytes));
  }

  @AfterAll
  void stop() {
    producer.close();
    serdes.close();
    registry.close();
    broker.close();
  }

  @Test
  void shouldListAllLineagesWhenThereAreAThousand() {
    Run run = configured("lineages");
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).hasSize(CAMERAS + 4);
    assertThat(run.out().get(0))
        .isEqualTo("lineage          live versions  last change           method     nodes");
    assertThat(run.out().get(1))
        .isEqualTo("cameras:c0000       1        0  2026-01-31T12:00:00Z             0 of 0");
    assertThat(run.out().subList(CAMERAS + 1, CAMERAS + 4))
        .containsExactly(
            "plates:east         1        2  2026-01-31T12:00:04Z  auto       1 of 2  pinned",
            "1001 lineages",
            "2 records of aliases could not be read");
    assertThat(run.out()).allMatch(line -> line.length() <= 80);
  }

  @Test
  void shouldTellWhoOrderedWhatAndWhy() {
    Run run = configured("history", "--lineage", "plates:east");
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out())
        .containsExactly(
            "2026-01-31T12:00:04Z  rollback 1      applied; version 1 is live; by ada: errors rose;"
                + " ticket=T-7",
            "plates:east: 1 entry, without publications; --all lists them");
    assertThat(configured("history", "--lineage", "plates:east", "--all").out())
        .containsExactly(
            "2026-01-31T12:00:01Z  publish 1       moved; version 1 is live",
            "2026-01-31T12:00:02Z  publish 2       moved; version 2 is live",
            "2026-01-31T12:00:04Z  rollback 1      applied; version 1 is live; by ada: errors rose;"
                + " ticket=T-7",
            "plates:east: 3 entries");
  }

  @Test
  void shouldListVersionsWithTimeMethodAndEntropyNewestLast() {
    Run run = configured("versions", "--lineage", "plates:east");
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out())
        .containsExactly(
            "version  time                  method       entropy     bytes",
            "      1  2026-01-31T12:00:01Z  tent           1.250        40  live, pinned",
            "      2  2026-01-31T12:00:02Z  auto           0.500        40",
            "plates:east: 2 versions, version 1 is live and pinned, epoch 3");
    assertThat(
            configured("versions", "--lineage", "plates:east", "--since", "2026-01-31T12:00:02Z")
                .out())
        .hasSize(3)
        .element(1)
        .isEqualTo("      2  2026-01-31T12:00:02Z  auto           0.500        40");
    assertThat(configured("versions", "--lineage", "plates:east", "--since", "2h").out())
        .hasSize(2);
    Run wide = configured("versions", "--lineage", "plates:east", "--wide");
    assertThat(wide.out().get(2))
        .isEqualTo(
            "      2  2026-01-31T12:00:02Z  auto           0.500        40      2       1  KEY  "
                + " float32        64..127");
    assertThat(run.out()).allMatch(line -> line.length() <= 80);
    assertThat(wide.out()).allMatch(line -> line.length() <= 120);
  }

  @Test
  @BadInput(
      at = Entrance.COMMAND,
      what = "a mistyped lineage",
      then = "an error with the nearest name, exit code 1, and nothing is ordered")
  void shouldSuggestTheNearestLineageWhenOneIsMistyped() {
    String unknown = "expected a lineage of this cluster, found %s, did you mean plates:east?";
    for (String command : List.of("versions", "history", "pin")) {
      String lineage = command.equals("pin") ? "plats:east" : "plates:eats";
      Run run = configured(command, "--lineage", lineage);
      assertThat(run.code()).as(command).isEqualTo(1);
      assertThat(run.err()).startsWith(unknown.formatted(lineage) + " There are cameras:c0000, ");
      assertThat(run.err().lines()).hasSize(1);
      assertThat(run.err()).endsWith(" and 991 more; list them with `./meander lineages`");
    }
    Run show = configured("show", "--lineage", "plates:eats", "--version", "1");
    assertThat(show.code()).isEqualTo(1);
    assertThat(show.err()).startsWith(unknown.formatted("plates:eats"));
  }

  @Test
  void shouldTakeTheConfiguredLineageWhichExistsBeforeItsFirstVersion() {
    Run run = configured("versions");
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out())
        .last()
        .isEqualTo("plates:global: no version yet, the base model is live, epoch 0");
    assertThat(configured("history").out()).containsExactly("plates:global: 0 entries");
  }

  @Test
  @BadInput(
      at = Entrance.COMMAND,
      what = "--since that is neither a time nor a duration; neither --lineage nor model.name",
      then = "wrong use, with what is expected")
  void shouldSayWhatIsExpectedWhenUsedWrongly() {
    Run since = configured("versions", "--lineage", "plates:east", "--since", "yesterday");
    assertThat(since.code()).isEqualTo(2);
    assertThat(since.err())
        .startsWith(
            "--since: expected a time such as 2026-01-31T12:00:00Z or a duration such as 30m, 2h or"
                + " 7d, found \"yesterday\"");
    Run none = run("versions", "--bootstrap", broker.bootstrap(), "--registry", registry.url());
    assertThat(none.code()).isEqualTo(2);
    assertThat(none.err())
        .startsWith("expected --lineage, or --config with model.name, found neither");
  }
}
