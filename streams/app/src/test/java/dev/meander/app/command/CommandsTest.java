package dev.meander.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.meander.app.GlyphModel;
import dev.meander.app.embedded.BrokerOptions;
import dev.meander.app.embedded.EmbeddedBroker;
import dev.meander.app.embedded.EmbeddedRegistry;
import dev.meander.kit.BadInput;
import dev.meander.kit.BadInput.Entrance;
import dev.meander.kit.CannedServer;
import dev.meander.kit.CannedServer.Answer;
import dev.meander.schemas.Topic;
import dev.meander.schemas.kafka.RecordSerdes;
import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init") // set before all tests
class CommandsTest {

  private EmbeddedBroker broker;
  private EmbeddedRegistry registry;

  @Command(
      name = "meander",
      subcommands = {TopicsCommand.class, DoctorCommand.class, RunCommand.class})
  static final class Root {}

  /** What a command left behind. */
  record Run(int code, String out, String err) {

    JsonNode json() throws Exception {
      return new ObjectMapper().readTree(out);
    }
  }

  @BeforeAll
  void start() {
    broker = EmbeddedBroker.start(BrokerOptions.temporary());
    registry = EmbeddedRegistry.start(broker.bootstrap());
  }

  @AfterAll
  void stop() {
    registry.close();
    broker.close();
  }

  private static Run run(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code =
        new CommandLine(new Root())
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err))
            .setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF))
            .setExecutionExceptionHandler(new CommandFailures())
            .execute(arguments);
    return new Run(code, out.toString(), err.toString());
  }

  private Run create(String prefix, String... more) {
    String[] arguments = {
      "topics",
      "create",
      "--bootstrap",
      broker.bootstrap(),
      "--registry",
      registry.url(),
      "--prefix",
      prefix
    };
    return run(join(arguments, more));
  }

  private static String[] join(String[] first, String[] second) {
    String[] all = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, all, first.length, second.length);
    return all;
  }

  private Run doctor(String prefix, String... more) {
    String[] arguments = {
      "doctor", "--bootstrap", broker.bootstrap(), "--registry", registry.url(), "--prefix", prefix
    };
    return run(join(arguments, more));
  }

  /** A configuration file of this broker and registry, and {@code more}. */
  private Path connectionFile(Path directory, String more) throws IOException {
    return Files.writeString(
        directory.resolve("run.properties"),
        "bootstrap.servers=%s%nschema.registry.url=%s%n%s"
            .formatted(broker.bootstrap(), registry.url(), more));
  }

  @Test
  void shouldCreateEverythingOnceAndFindItTheSecondTime() throws Exception {
    Run first = create("once", "--partitions", "2");
    assertThat(first.err()).isEmpty();
    assertThat(first.code()).isZero();
    assertThat(first.out().lines())
        .contains("created      once.traffic, 2 partitions", "created      once.dlq, 2 partitions")
        .anyMatch(line -> line.matches("registered   once\\.adapters-value, id [0-9]+"))
        .hasSize(17);
    Run second = create("once", "--partitions", "3", "--json");
    assertThat(second.code()).isZero();
    JsonNode topic = second.json().path("topics").path(0);
    assertThat(topic.path("name").asText()).isEqualTo("once.traffic");
    assertThat(topic.path("outcome").asText()).isEqualTo("EXISTING");
    assertThat(topic.path("differences").toString())
        .isEqualTo("[\"partitions: expected 3, found 2\"]");
    assertThat(second.json().path("subjects").findValuesAsText("outcome"))
        .containsOnly("EXISTING")
        .hasSize(8);
  }

  @Test
  void shouldFindAllWellWhenTopicsSchemasAndModelAreInPlace(@TempDir Path directory)
      throws Exception {
    create("well");
    Path file =
        connectionFile(
            directory,
            """
            topics.prefix=well
            model.name=glyphs
            model.file=%s
            model.input.shape=3,32,32
            """
                .formatted(GlyphModel.unpack(directory)));
    Run doctor = run("doctor", "--config", file.toString(), "--json");
    assertThat(doctor.code()).as(doctor.out()).isZero();
    JsonNode findings = doctor.json().path("findings");
    assertThat(findings.findValuesAsText("level")).as("%s", findings).containsOnly("OK");
    assertThat(findings.findValuesAsText("subject"))
        .containsSequence(
            "java",
            "engine",
            "configuration",
            "model",
            "shapes",
            "norms",
            "features",
            "head",
            "method",
            "kafka",
            "registry")
        .contains("topic well.traffic", "topic well.dlq", "schema well.adapters-value");
  }

  @Test
  void shouldFailWhenASchemaIsIncompatible() throws Exception {
    try (SchemaRegistryClient client =
        RecordSerdes.client(Map.of(RecordSerdes.REGISTRY_URL, registry.url()))) {
      client.register(
          "odd.traffic-value",
          new AvroSchema("{\"type\":\"record\",\"name\":\"Other\",\"fields\":[]}"));
    }
    Run create = create("odd");
    assertThat(create.code()).isEqualTo(1);
    assertThat(create.out()).contains("incompatible odd.traffic-value: ");
    Run doctor = doctor("odd");
    assertThat(doctor.code()).isEqualTo(1);
    assertThat(doctor.out()).contains("FAIL  schema odd.traffic-value");
  }

  @Test
  void shouldSayWhatToDoAboutMissingAndWrongTopics() throws Exception {
    try (Admin admin =
        Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrap()))) {
      NewTopic wrong =
          new NewTopic("half." + Topic.ADAPTERS.suffix(), 5, (short) 1)
              .configs(Map.of("cleanup.policy", "delete"));
      admin.createTopics(List.of(wrong)).all().get(10, TimeUnit.SECONDS);
    }
    Run doctor = doctor("half");
    assertThat(doctor.code()).isEqualTo(1);
    assertThat(doctor.out())
        .contains("OK    java ")
        .contains("OK    kafka ")
        .contains("FAIL  topic half.traffic         expected the topic, found none")
        .contains(
            "-> run: ./meander topics create --bootstrap %s --registry %s --prefix half"
                .formatted(broker.bootstrap(), registry.url()))
        .contains("cleanup.policy: expected compact, found delete")
        .contains("-> set cleanup.policy with kafka-configs, or records get lost");
    Run create = create("half", "--partitions", "2");
    assertThat(create.code()).isZero();
    assertThat(doctor("half").out())
        .contains("expected one number of partitions for what belongs to a lineage, found")
        .contains("adapters 5");
  }

  @Test
  void shouldReadTheConnectionFromAFile(@TempDir Path directory) throws Exception {
    Path file =
        connectionFile(
            directory,
            """
            topics.prefix=filed
            kafka.client.id=doctor
            method.name=tent
            model.name=glyphs
            model.file=%s
            model.input.shape=3,x
            """
                .formatted(directory.resolve("none.pt")));
    assertThat(run("topics", "create", "--config", file.toString()).out())
        .contains("created      filed.samples, 4 partitions");
    assertThat(run("doctor", "--config", file.toString()).out())
        .contains("OK    topic filed.samples")
        .contains("OK    schema filed.samples-value");
  }

  @Test
  @BadInput(
      at = Entrance.REGISTRY,
      what = "a page where the registry should be, for run and topics create",
      then = "exit code 3 and one message that names the address without its password")
  void shouldSayThatThereIsNoRegistry(@TempDir Path folder) throws Exception {
    assertThat(create("lost").code()).isZero();
    try (CannedServer page = CannedServer.always(Answer.page(404))) {
      String url = "http://ann:secret@" + page.authority();
      String shown = "http://ann:***@" + page.authority();
      Path file =
          Files.write(
              folder.resolve("meander.properties"),
              List.of(
                  "bootstrap.servers=" + broker.bootstrap(),
                  "schema.registry.url=" + url,
                  "topics.prefix=lost",
                  "model.name=glyphs",
                  "model.file=" + GlyphModel.unpack(folder),
                  "model.input.shape=3,32,32"));
      Run run = run("run", "--config", file.toString());
      assertThat(run.err())
          .isEqualToIgnoringNewLines(
              "expected a schema registry at "
                  + shown
                  + ", found status 404 in answer to GET /subjects without a registry's error code;"
                  + " does the address lack a path, such as /apis/ccompat/v7 of Apicurio, or does a"
                  + " proxy answer?");
      assertThat(run.code()).isEqualTo(3);
      Run create = run("topics", "create", "--bootstrap", broker.bootstrap(), "--registry", url);
      assertThat(create.out() + create.err())
          .contains(
              "the schema registry at "
                  + shown
                  + " refused: status 404 without a registry's error code")
          .doesNotContain("secret");
      assertThat(create.code()).isEqualTo(3);
    }
  }

  @Test
  @Timeout(40)
  void shouldAnswerWithinTheBoundWhenNothingListens() throws Exception {
    String nobody;
    try (ServerSocket unused = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      nobody = "127.0.0.1:" + unused.getLocalPort();
    }
    Run create = run("topics", "create", "--bootstrap", nobody);
    assertThat(create.code()).isEqualTo(3);
    assertThat(create.err())
        .isEqualToIgnoringNewLines("cannot reach Kafka at " + nobody + " within 10 s");
    Run doctor = run("doctor", "--bootstrap", broker.bootstrap(), "--registry", "http://" + nobody);
    assertThat(doctor.code()).isEqualTo(3);
    assertThat(doctor.out()).contains("cannot reach the schema registry at http://" + nobody);
    Run unknown = run("topics", "create", "--bootstrap", "no-such-host.invalid:9092");
    assertThat(unknown.code()).isEqualTo(3);
    assertThat(unknown.err()).startsWith("cannot reach Kafka at no-such-host.invalid:9092: ");
  }

  @Test
  void shouldListAllProblemsWhenUsedWrongly() {
    Run nothing = run("doctor", "--registry", "localhost", "--prefix", "a b");
    assertThat(nothing.code()).isEqualTo(2);
    assertThat(nothing.err().lines())
        .containsExactly(
            "3 problems in the options:",
            "  expected --bootstrap, or --config with bootstrap.servers, found neither",
            "  expected a registry address http://host:port, found \"localhost\"",
            "  expected a topic prefix of 1 to 200 letters, digits, '.', '_' or '-' that neither"
                + " starts nor ends with '.', found \"a b\"");
    assertThat(run("doctor", "--nonsense").code()).isEqualTo(2);
    assertThat(run("topics").code()).isEqualTo(2);
    Run partitions = create("x", "--partitions", "0");
    assertThat(partitions.code()).isEqualTo(2);
    assertThat(partitions.err()).startsWith("expected --partitions >= 1, found 0");
    assertThat(run("doctor", "--help").code()).isZero();
  }

  @Test
  void shouldRefuseMoreReplicasThanBrokers() {
    Run refused = create("three", "--replication-factor", "3");
    assertThat(refused.code()).isEqualTo(2);
    assertThat(refused.err())
        .startsWith(
            "1 problem in the cluster at %s:%n  --replication-factor: Unable to replicate the partition 3 time(s)"
                .formatted(broker.bootstrap()));
  }
}
