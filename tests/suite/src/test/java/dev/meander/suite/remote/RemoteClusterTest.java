package dev.meander.suite.remote;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.meander.kit.fault.ChildJvm;
import dev.meander.schemas.Topic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every command against a cluster of other processes: its exit code, its report, and what the node
 * answers with after it. Most run inside this process; with {@code -Dremote.whole=true} each is a
 * process too. How soon each order was served is in {@code target/served-after-millis.txt}.
 */
class RemoteClusterTest {

  private static final Duration SOON = Duration.ofSeconds(20);

  /** An alias move is served within a second; the median, because the machine may be busy. */
  private static final double MEDIAN_MILLIS_MAX = 1_000;

  private static final String NOBODY = "127.0.0.1:1";

  @TempDir
  @SuppressWarnings("NullAway.Init") // set by JUnit
  Path folder;

  private final Map<String, Double> servedAfterMillis = new TreeMap<>();

  /** Gives an order and waits until the node answers with {@code version}. */
  private JsonNode order(RemoteCluster cluster, long version, String name, String... more)
      throws Exception {
    List<String> arguments = new ArrayList<>(List.of(more));
    arguments.addAll(List.of("--who", "ada", "--why", "a test", "--json"));
    CommandRun run = cluster.command(name, arguments.toArray(String[]::new));
    assertThat(run.code()).as(name + ": " + run.out() + run.err()).isZero();
    JsonNode answer = run.json();
    assertThat(answer.path("outcome").asText()).as(name).isEqualTo("APPLIED");
    assertThat(answer.path("live").asLong()).as(name).isEqualTo(version);
    long from = System.nanoTime();
    cluster.awaitLive(version, SOON);
    String place = name + " " + servedAfterMillis.size();
    servedAfterMillis.put(
        place, answer.path("millis").asDouble() + (System.nanoTime() - from) / 1e6);
    return answer;
  }

  private static JsonNode json(CommandRun run) throws Exception {
    assertThat(run.code()).as(run.out() + run.err()).isZero();
    return run.json();
  }

  private static String outputs(JsonNode answer) {
    return answer.path("outputs").toString();
  }

  private static String content(RemoteCluster cluster, long version) throws Exception {
    return json(cluster.command("show", "--version", String.valueOf(version), "--json"))
        .path("version")
        .path("content")
        .asText();
  }

  @Test
  void shouldServeWhatIsOrderedFromAnotherProcess() throws Exception {
    try (RemoteCluster cluster = new RemoteCluster(folder)) {
      JsonNode created =
          json(cluster.command(cluster.here("topics", "create", "--partitions", "2", "--json")));
      assertThat(created.path("topics").size()).isEqualTo(Topic.values().length);
      ChildJvm application = cluster.run();
      cluster.serve();
      assertThat(cluster.withConfig("doctor").code()).isZero();
      JsonNode base = cluster.answer();
      assertThat(base.path("model_version").asText()).isEqualTo("0");
      cluster.teach(1);
      JsonNode first = cluster.answer();
      cluster.teach(3);
      moves(cluster, base, first);
      pauses(cluster, application);
      reads(cluster);
      refusals(cluster);
      recomputes(cluster);
      report();
    }
  }

  private void moves(RemoteCluster cluster, JsonNode base, JsonNode first) throws Exception {
    JsonNode third = cluster.answer();
    assertThat(third.path("model_version").asText()).isEqualTo("3");
    order(cluster, 1, "rollback", "--version", "1");
    JsonNode again = cluster.answer();
    assertThat(outputs(again)).isEqualTo(outputs(first)).isNotEqualTo(outputs(third));
    assertThat(again.path("model_version").asText()).isEqualTo("1");
    assertThat(content(cluster, 1)).startsWith(again.path("parameters").path("content").asText());
    order(cluster, 1, "unpin");
    order(cluster, 3, "promote", "--id", "once");
    assertThat(outputs(cluster.answer())).isEqualTo(outputs(third));
    assertThat(json(cluster.command("promote", "--id", "once", "--json")).path("outcome").asText())
        .isEqualTo("REPEATED");
    order(cluster, 3, "pin");
    order(cluster, 0, "rollback", "--version", "0");
    assertThat(outputs(cluster.answer())).isEqualTo(outputs(base));
    order(cluster, 0, "unpin");
    order(cluster, 2, "promote", "--version", "2");
  }

  /** A pause outlives a kill; a reset ends what was learned, and what nobody serves may go. */
  private void pauses(RemoteCluster cluster, ChildJvm application) throws Exception {
    order(cluster, 2, "pause", "--evidence", "report=https://reports/1");
    assertThat(json(cluster.command("versions", "--json")).path("paused").asBoolean()).isTrue();
    cluster.answer();
    if (RemoteCluster.WHOLE) {
      application.kill();
      cluster.run();
    }
    JsonNode paused = json(cluster.command("pause", "--wait", "90", "--json"));
    assertThat(paused.path("reasons").path(0).asText()).isEqualTo("the lineage is paused already");
    order(cluster, 2, "resume");
    order(cluster, 0, "reset");
    order(cluster, 0, "retire", "--version", "3");
  }

  private static void reads(RemoteCluster cluster) throws Exception {
    JsonNode versions = json(cluster.command("versions", "--json"));
    assertThat(versions.path("live").asLong()).isZero();
    assertThat(versions.path("versions").findValuesAsText("version")).containsExactly("1", "2");
    JsonNode diff = json(cluster.command("diff", "--from", "1", "--to", "2", "--json"));
    assertThat(diff.path("total").path("differenceNorm").asDouble()).isPositive();
    Path file = cluster.folder().resolve("one.safetensors");
    JsonNode exported =
        json(cluster.command("export", "--version", "1", "--out", file.toString(), "--json"));
    assertThat(exported.path("metadata").path("content_sha256").asText())
        .isEqualTo(content(cluster, 1));
    assertThat(Files.size(file)).isEqualTo(exported.path("bytes").asLong());
    JsonNode letters = json(cluster.command(cluster.here("redrive", "--json")));
    assertThat(letters.path("letters")).isEmpty();
  }

  private static void refusals(RemoteCluster cluster) throws Exception {
    CommandRun newer = cluster.command("promote", "--version", "9");
    assertThat(newer.code()).isEqualTo(1);
    assertThat(newer.out().strip())
        .isEqualTo(
            "promote of fake:global: refused: unknown version: expected at most version 3, the"
                + " newest, found version 9");
    CommandRun gone = cluster.command("export", "--version", "3", "--out", "three");
    assertThat(gone.code()).isEqualTo(2);
    assertThat(gone.err())
        .startsWith(
            "--version: expected a version of fake:global on the log, found 3; there are 2, 1 to"
                + " 2");
    CommandRun source = cluster.command("export", "--version", "0", "--out", "source");
    assertThat(source.code()).isEqualTo(2);
    assertThat(source.err())
        .startsWith(
            "--version: expected a version >= 1, found 0, the base model, which is no adapter");
    CommandRun stranger =
        cluster.command(cluster.here("rollback", "--lineage", "fake:nobody", "--version", "1"));
    assertThat(stranger.code()).isEqualTo(1);
    assertThat(stranger.out().strip())
        .isEqualTo(
            "rollback of fake:nobody: refused: unknown lineage: it has published no version yet");
    CommandRun deaf = cluster.withoutRegistry("versions", "--lineage", RemoteCluster.LINEAGE);
    assertThat(deaf.code()).as(deaf.err()).isEqualTo(3);
    assertThat(deaf.err().lines()).as(deaf.err()).hasSize(1);
    CommandRun none = cluster.command(cluster.here("versions", "--lineage", "nothing"));
    assertThat(none.code()).isEqualTo(2);
    assertThat(none.err())
        .startsWith("--lineage: expected a lineage written model:scope, found \"nothing\"");
  }

  private static void recomputes(RemoteCluster cluster) throws Exception {
    CommandRun verified =
        cluster.withConfig(
            "verify", "--lineage", RemoteCluster.LINEAGE, "--version", "2", "--json");
    assertThat(json(verified).path("equal").asInt()).isEqualTo(1);
    Path out = cluster.folder().resolve("replay");
    CommandRun replayed =
        cluster.withConfig("replay", "--lineage", RemoteCluster.LINEAGE, "--out", out.toString());
    assertThat(replayed.code()).as(replayed.out() + replayed.err()).isZero();
    assertThat(replayed.out())
        .contains("3 of 3 versions recomputed to the same hash, 0 different, 0 not comparable");
    assertThat(out.resolve("report.json")).isNotEmptyFile();
  }

  private void report() throws IOException {
    List<Double> millis = new ArrayList<>(servedAfterMillis.values());
    Collections.sort(millis);
    Files.writeString(Path.of("target", "served-after-millis.txt"), servedAfterMillis + "\n");
    assertThat(millis.get(millis.size() / 2))
        .as("from the order to the node's answer: " + servedAfterMillis)
        .isLessThan(MEDIAN_MILLIS_MAX);
  }

  @Test
  void shouldSayInOneMessageThatNobodyIsThere() throws Exception {
    Path quick =
        Files.writeString(
            folder.resolve("quick.properties"),
            "kafka.default.api.timeout.ms=300\nkafka.request.timeout.ms=200\n"
                + "kafka.max.block.ms=300\nkafka.delivery.timeout.ms=300\n");
    List<List<String>> commands =
        List.of(
            List.of("versions"),
            List.of("show", "--version", "1"),
            List.of("diff", "--from", "1", "--to", "2"),
            List.of("export", "--version", "1", "--out", folder.resolve("x").toString()),
            List.of("rollback"),
            List.of("promote"),
            List.of("pin"),
            List.of("unpin"),
            List.of("pause"),
            List.of("resume"),
            List.of("reset"),
            List.of("retire", "--version", "1"));
    for (List<String> command : commands) {
      List<String> more = new ArrayList<>(command.subList(1, command.size()));
      more.addAll(List.of("--lineage", RemoteCluster.LINEAGE, "--config", quick.toString()));
      CommandRun run =
          CommandRun.here(
              RemoteCluster.at(
                  NOBODY, "http://" + NOBODY, command.get(0), more.toArray(String[]::new)));
      assertThat(run.code()).as(command + run.err()).isEqualTo(3);
      assertThat(run.out()).as(command.get(0)).isEmpty();
      assertThat(run.err().lines()).as(command.get(0)).hasSize(1);
      assertThat(run.err()).startsWith("cannot reach Kafka at " + NOBODY + ": ");
    }
  }
}
