package dev.meander.suite.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.meander.app.Meander;
import dev.meander.schemas.AdapterKey;
import dev.meander.schemas.Topic;
import dev.meander.schemas.kafka.Decoded;
import dev.meander.schemas.record.AdapterRecord;
import dev.meander.schemas.record.AliasRecord;
import dev.meander.serving.ServingNode;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Versions that a later build wrote, or that are damaged: held, reported, never a crash. */
class LaterRecordsTest {

  @RegisterExtension private static final EmbeddedCluster cluster = new EmbeddedCluster();

  private static final Duration SOON = Duration.ofSeconds(30);
  private static final String LINEAGE = PathRig.LINEAGE.toString();

  /** What a command left behind. */
  private record Run(int code, String out, String err) {}

  private static Run run(PathRig rig, String name, String... more) {
    List<String> arguments = new ArrayList<>(List.of(name, "--lineage", LINEAGE));
    arguments.addAll(List.of("--bootstrap", cluster.bootstrap()));
    arguments.addAll(List.of("--registry", cluster.registryUrl()));
    arguments.addAll(List.of("--prefix", rig.names.prefix()));
    arguments.addAll(List.of(more));
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine line = Meander.commandLine();
    line.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    line.setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF));
    return new Run(line.execute(arguments.toArray(String[]::new)), out.toString(), err.toString());
  }

  private static void publish(PathRig rig, AdapterRecord version) {
    rig.send(Topic.ADAPTERS, AdapterKey.of(LINEAGE, version.getVersion()).toString(), version);
  }

  @Test
  void shouldServeOnAndSayWhatCannotBeRead(@TempDir Path folder) throws Exception {
    try (PathRig rig = new PathRig(cluster, "later", folder)) {
      rig.startApplication();
      ServingNode node = rig.startNode("node-1");
      rig.sendGood(PathRig.BATCH);
      await().atMost(SOON).until(() -> node.active(PathRig.LINEAGE).number() == 1);
      AdapterRecord first =
          ((Decoded.Value<AdapterRecord>)
                  rig.serdes.decode(
                      rig.names.adapters(),
                      AdapterRecord.class,
                      rig.read(rig.names.adapters(), 1).get(0).value()))
              .value();

      publish(
          rig,
          AdapterRecord.newBuilder(first).setVersion(2).setParent(1).setCodec("later").build());
      rig.send(
          Topic.ALIASES,
          LINEAGE,
          AliasRecord.newBuilder()
              .setLineage(LINEAGE)
              .setEpoch(2)
              .setLive(2)
              .setPrevious(1L)
              .setCause("PUBLISH")
              .setEventTime(Instant.EPOCH)
              .build());
      await()
          .atMost(SOON)
          .until(
              () ->
                  run(rig, "show", "--version", "1").out().contains("node      node-1 REFUSED 2"));
      assertThat(node.active(PathRig.LINEAGE).number()).isEqualTo(1);
      assertThat(run(rig, "versions", "--wide").out()).contains("later", "version 2 is live");
      Run shown = run(rig, "show", "--version", "2");
      assertThat(shown.code()).isEqualTo(1);
      assertThat(shown.err())
          .isEqualTo(
              "version 2 is refused: UNKNOWN_CODEC: expected a codec of float32, float16, bfloat16,"
                  + " int8, found later\n");

      publish(
          rig,
          AdapterRecord.newBuilder(first)
              .setVersion(3)
              .setContentSha256(ByteBuffer.wrap(new byte[3]))
              .build());
      Run damaged = run(rig, "versions");
      assertThat(damaged.code()).as("as nodes do, it is passed over and said").isZero();
      assertThat(damaged.out()).contains("2 versions, version 2 is live");
      assertThat(damaged.err())
          .startsWith("passed over a record that cannot be used, at offset ")
          .contains("version 3 is malformed: ");
      assertThat(damaged.err().lines()).hasSize(1);
      assertThat(run(rig, "show", "--version", "3").code()).as("no such version").isEqualTo(2);
      rig.sendGood(PathRig.BATCH);
      assertThat(rig.read(rig.names.adapters(), 4)).hasSize(4);
    }
  }
}
