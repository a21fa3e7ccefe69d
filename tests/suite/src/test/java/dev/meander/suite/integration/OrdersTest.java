package dev.meander.suite.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.meander.app.Meander;
import dev.meander.app.versions.Answered;
import dev.meander.app.versions.Cluster;
import dev.meander.app.versions.OrderClient;
import dev.meander.schemas.CommandKind;
import dev.meander.schemas.kafka.RecordSerdes;
import dev.meander.schemas.record.Command;
import dev.meander.serving.ServingNode;
import dev.meander.streams.AdaptationApplication;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Commands from the command line to a serving node, on the broker inside the JVM. */
class OrdersTest {

  private static final Duration SOON = Duration.ofSeconds(30);

  private static final List<CommandKind> CYCLE =
      List.of(CommandKind.ROLLBACK, CommandKind.UNPIN, CommandKind.PROMOTE);
  private static final int EFFECTS = 30;

  @RegisterExtension private static final EmbeddedCluster cluster = new EmbeddedCluster();

  /** What a command left behind. */
  private record Run(int code, String out, String err) {

    JsonNode json() throws Exception {
      return new ObjectMapper().readTree(out);
    }
  }

  private static Run run(PathRig rig, String name, String... more) {
    List<String> arguments = new ArrayList<>(List.of(name));
    arguments.addAll(List.of("--bootstrap", cluster.bootstrap()));
    arguments.addAll(List.of("--registry", cluster.registryUrl()));
    arguments.addAll(List.of("--prefix", rig.names.prefix()));
    arguments.addAll(List.of("--lineage", PathRig.LINEAGE.toString()));
    arguments.addAll(List.of(more));
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine line = Meander.commandLine();
    line.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    int code = line.execute(arguments.toArray(String[]::new));
    return new Run(code, out.toString(), err.toString());
  }

  private static JsonNode json(PathRig rig, String name, String... more) throws Exception {
    List<String> arguments = new ArrayList<>(List.of(more));
    arguments.add("--json");
    Run run = run(rig, name, arguments.toArray(String[]::new));
    assertThat(run.code()).as(run.out() + run.err()).isZero();
    return run.json();
  }

  private static void awaitLive(ServingNode node, long version) {
    await()
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(1))
        .atMost(SOON)
        .until(() -> node.active(PathRig.LINEAGE).number() == version);
  }

  /** Gives an order and waits until {@code version} serves. */
  private static void order(PathRig rig, ServingNode node, long version, String... command)
      throws Exception {
    String[] more = Arrays.copyOfRange(command, 1, command.length);
    JsonNode answer = json(rig, command[0], more);
    assertThat(answer.path("outcome").asText()).isEqualTo("APPLIED");
    assertThat(answer.path("live").asLong()).isEqualTo(version);
    awaitLive(node, version);
  }

  /** Outputs of one request, digit by digit. */
  private static String outputs(ServingNode node) throws Exception {
    String data = String.join(",", Collections.nCopies(48, "0.5"));
    HttpResponse<String> answer =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + node.port() + "/v2/models/fake/infer"))
                    .POST(
                        HttpRequest.BodyPublishers.ofString(
                            "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,3,4,4],"
                                + "\"datatype\":\"FP32\",\"data\":["
                                + data
                                + "]}]}"))
                    .build(),
                HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).isEqualTo(200);
    return new ObjectMapper().readTree(answer.body()).path("outputs").toString();
  }

  @Test
  void shouldServeWhatIsOrdered(@TempDir Path folder) throws Exception {
    try (PathRig rig = new PathRig(cluster, "orders", folder)) {
      // requests are events too: seven of them beside three batches do not make a fourth
      rig.startApplication(Map.of("batch.min", String.valueOf(PathRig.BATCH)));
      ServingNode node = rig.startNode("node-1");
      String base = outputs(node);
      rig.sendGood(PathRig.BATCH);
      awaitLive(node, 1);
      String first = outputs(node);
      String content = node.active(PathRig.LINEAGE).content().hex();
      rig.sendGood(2 * PathRig.BATCH);
      awaitLive(node, 3);
      String third = outputs(node);
      assertThat(List.of(base, first, third)).doesNotHaveDuplicates();

      order(rig, node, 1, "rollback", "--version", "1", "--who", "ada", "--why", "errors rose");
      assertThat(outputs(node)).isEqualTo(first);
      assertThat(node.active(PathRig.LINEAGE).content().hex()).isEqualTo(content);
      Run refused = run(rig, "promote", "--version", "3");
      assertThat(refused.code()).isEqualTo(1);
      assertThat(refused.out().strip())
          .isEqualTo(
              "promote of fake:global: refused: pinned: version 1 stays live until it is unpinned"
                  + " or rolled back");
      order(rig, node, 1, "unpin");
      order(rig, node, 3, "promote", "--id", "again");
      assertThat(outputs(node)).isEqualTo(third);
      assertThat(json(rig, "promote", "--id", "again").path("outcome").asText())
          .isEqualTo("REPEATED");
      order(rig, node, 3, "pin");
      order(rig, node, 0, "rollback", "--version", "0");
      assertThat(outputs(node)).isEqualTo(base);
      order(rig, node, 0, "unpin");
      order(rig, node, 3, "promote", "--version", "3");
      order(rig, node, 0, "reset");
      assertThat(outputs(node)).isEqualTo(base);
      order(rig, node, 0, "retire", "--version", "2");
      checkReading(rig, folder, content);
    }
  }

  private static void checkReading(PathRig rig, Path folder, String content) throws Exception {
    JsonNode versions = json(rig, "versions");
    assertThat(versions.path("live").asLong()).isZero();
    assertThat(versions.path("previous").asLong()).isEqualTo(3);
    assertThat(versions.path("versions").findValuesAsText("version")).containsExactly("1", "3");
    assertThat(run(rig, "versions").out().lines())
        .hasSize(4)
        .last()
        .isEqualTo("fake:global: 2 versions, the base model is live, epoch 11");
    JsonNode show = json(rig, "show", "--version", "1");
    assertThat(show.path("version").path("content").asText()).isEqualTo(content);
    assertThat(show.path("nodes").path("node-1").asText()).isEqualTo("LIVE 0");
    assertThat(run(rig, "show", "--version", "1").out())
        .contains("content   " + content)
        .contains("in one piece, relative error 0.0");
    JsonNode diff = json(rig, "diff", "--from", "1", "--to", "3");
    assertThat(diff.path("total").path("differenceNorm").asDouble()).isPositive();
    assertThat(diff.path("total").path("changedFraction").asDouble()).isBetween(0.01, 1.0);
    assertThat(run(rig, "diff", "--from", "1", "--to", "3").out().lines().count())
        .isEqualTo(diff.path("blocks").size() + 2L);
    Run missing = run(rig, "show", "--version", "2");
    assertThat(missing.code()).isEqualTo(2);
    assertThat(missing.err())
        .startsWith(
            "--version: expected a version of fake:global on the log, found 2; there are 2, 1 to"
                + " 3");
    Path file = folder.resolve("one.safetensors");
    json(rig, "export", "--version", "1", "--out", file.toString());
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    byte[] header = new byte[(int) bytes.getLong()];
    bytes.get(header);
    JsonNode tensors =
        new ObjectMapper().readTree(new String(header, StandardCharsets.UTF_8).strip());
    JsonNode metadata = tensors.path("__metadata__");
    assertThat(metadata.path("content_sha256").asText()).isEqualTo(content);
    assertThat(metadata.path("lineage").asText()).isEqualTo("fake:global");
    assertThat(metadata.path("version").asText()).isEqualTo("1");
    assertThat(tensors.size()).isEqualTo(show.path("blocks").size() + 1);
    assertThat(bytes.remaining()).isPositive();
  }

  private static Command command(CommandKind kind, int number) {
    return Command.newBuilder()
        .setId("soon-" + number)
        .setLineage(PathRig.LINEAGE.toString())
        .setKind(kind.name())
        .setTime(Instant.EPOCH)
        .build();
  }

  /** The bound is generous; the slowest is part of the message when it fails. */
  @Test
  void shouldShowTheEffectInServingSoonAfterTheOrder(@TempDir Path folder) throws Exception {
    try (PathRig rig = new PathRig(cluster, "soon", folder)) {
      rig.startApplication();
      ServingNode node = rig.startNode("node-1");
      rig.sendGood(2 * PathRig.BATCH);
      awaitLive(node, 2);
      Cluster place =
          new Cluster(
              cluster.bootstrap(),
              Map.of(),
              Map.of(RecordSerdes.REGISTRY_URL, cluster.registryUrl()),
              rig.names,
              "none");
      List<Double> millis = new ArrayList<>();
      try (OrderClient client = new OrderClient(place, PathRig.CLOCK, System::nanoTime)) {
        for (int i = 0; i < EFFECTS; i++) {
          CommandKind kind = CYCLE.get(i % CYCLE.size());
          long from = System.nanoTime();
          Answered answer = client.send(command(kind, i), SOON);
          assertThat(answer.outcome()).as(answer.toString()).isEqualTo("APPLIED");
          awaitLive(node, kind == CommandKind.PROMOTE ? 2 : 1);
          millis.add((System.nanoTime() - from) / 1e6);
        }
      }
      Collections.sort(millis);
      String found =
          "median " + millis.get(EFFECTS / 2) + " ms, slowest " + millis.get(EFFECTS - 1);
      assertThat(millis.get(EFFECTS - 1)).as(found).isLessThan(10_000);
    }
  }

  @Test
  void shouldGoOnWithoutRetiredVersionsAfterARestart(@TempDir Path folder) throws Exception {
    Map<String, String> few = Map.of("publish.versions.kept", "2", "publish.chunk.bytes", "64");
    try (PathRig rig = new PathRig(cluster, "retired", folder)) {
      try (AdaptationApplication first = rig.startApplication(few)) {
        ServingNode node = rig.startNode("node-1");
        rig.sendGood(4 * PathRig.BATCH);
        awaitLive(node, 4);
        assertThat(first.failure()).isEmpty();
      }
      assertThat(json(rig, "versions").path("versions").findValuesAsText("version"))
          .containsExactly("3", "4");
      rig.startApplication(few);
      ServingNode late = rig.startNode("node-2");
      assertThat(late.active(PathRig.LINEAGE).number()).isEqualTo(4);
      order(rig, late, 3, "rollback");
      Run refused = run(rig, "rollback", "--version", "1");
      assertThat(refused.code()).isEqualTo(1);
      assertThat(refused.out())
          .contains("refused: retired version: version 1 is no longer on the log");
      rig.sendGood(2 * PathRig.BATCH);
      await()
          .atMost(SOON)
          .untilAsserted(
              () ->
                  assertThat(json(rig, "versions").path("versions").findValuesAsText("version"))
                      .containsExactly("3", "4", "5", "6"));
      assertThat(json(rig, "show", "--version", "6").path("version").path("chunks").asInt())
          .isGreaterThan(1);
      assertThat(late.active(PathRig.LINEAGE).number()).isEqualTo(3);
    }
  }

  @Test
  void shouldReadAChangeWithItsParentsAndKeepThemWhileItIsNeeded(@TempDir Path folder)
      throws Exception {
    Map<String, String> changes =
        Map.of("publish.key.every", "4", "publish.delta.codec", "xor-zstd");
    try (PathRig rig = new PathRig(cluster, "changes", folder)) {
      rig.startApplication(changes);
      ServingNode node = rig.startNode("node-1");
      rig.sendGood(3 * PathRig.BATCH);
      awaitLive(node, 3);

      JsonNode show = json(rig, "show", "--version", "3");
      assertThat(show.path("version").path("frame").asText()).isEqualTo("DELTA");
      assertThat(show.path("version").path("content").asText())
          .isEqualTo(node.active(PathRig.LINEAGE).content().hex());
      assertThat(run(rig, "retire", "--version", "1").out())
          .contains("refused: version 2 is written as a change against it");
    }
  }

  @Test
  void shouldSayThatNobodyAnswersWhenNoApplicationRuns(@TempDir Path folder) throws Exception {
    try (PathRig rig = new PathRig(cluster, "silent", folder)) {
      Run run = run(rig, "pin", "--wait", "1", "--id", "c-1");
      assertThat(run.code()).isEqualTo(3);
      assertThat(run.err().strip())
          .isEqualTo(
              "no answer to command c-1 within 1000 ms: is `meander run` at work on this cluster?"
                  + " The command stays on silent.commands and is executed in its turn");
      rig.startApplication();
      assertThat(rig.read(rig.names.decisions(), 1)).hasSize(1);
    }
  }

  @Test
  void shouldListWhatIsWrongWithTheOptions(@TempDir Path folder) throws Exception {
    try (PathRig rig = new PathRig(cluster, "wrong", folder)) {
      assertThat(run(rig, "pin", "--wait", "0").err())
          .startsWith("expected --wait of 1 to 3600 seconds, found 0");
      assertThat(run(rig, "rollback", "--version", "-1").err())
          .startsWith("expected --version >= 0, found -1");
      assertThat(run(rig, "pin", "--id", "a b").err())
          .startsWith(
              "expected --id of 1 to 64 letters, digits, '.', '_', ':' or '-', found \"a b\"");
      assertThat(run(rig, "retire").code()).isEqualTo(2);
      assertThat(run(rig, "rollback", "--help").code()).isZero();
      Run empty = run(rig, "show", "--version", "1");
      assertThat(empty.code()).isEqualTo(2);
      assertThat(empty.err()).contains("found 1; there is none");
    }
  }
}
