package dev.meander.suite.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.meander.app.Meander;
import dev.meander.app.replay.ClusterReplay;
import dev.meander.core.model.FakeProvider;
import dev.meander.core.objects.FolderObjectStore;
import dev.meander.kit.BadInput;
import dev.meander.kit.BadInput.Entrance;
import dev.meander.replay.recorded.Equality;
import dev.meander.replay.recorded.ReplayRange;
import dev.meander.replay.recorded.VersionCheck;
import dev.meander.schemas.Topic;
import dev.meander.serving.ServingNode;
import dev.meander.streams.AdaptationApplication;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/**
 * Random records on every topic, with the application, a node and the commands running. {@code
 * -Djunk.records=10000} sends as many to each topic, {@code -Djunk.seed} others.
 */
class JunkEverywhereTest {

  private static final int RECORDS = Integer.getInteger("junk.records", 100);
  private static final long SEED = Long.getLong("junk.seed", 1);
  private static final int PARTITIONS = 2;
  private static final Duration SOON = Duration.ofSeconds(120);
  private static final String LINEAGE = PathRig.LINEAGE.toString();

  @RegisterExtension private static final EmbeddedCluster cluster = new EmbeddedCluster();

  @TempDir
  @SuppressWarnings("NullAway.Init") // set by JUnit
  Path folder;

  /** What a command left behind. */
  private record Run(int code, String out, String err) {}

  private Run run(PathRig rig, String... arguments) throws IOException {
    Path config = folder.resolve("meander.properties");
    Files.writeString(
        config,
        "bootstrap.servers=%s%nschema.registry.url=%s%ntopics.prefix=%s%nobjects.dir=%s%n"
            .formatted(
                cluster.bootstrap(),
                cluster.registryUrl(),
                rig.names.prefix(),
                folder.resolve("objects")));
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--config", config.toString()));
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine line = Meander.commandLine();
    line.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    int code = line.execute(all.toArray(String[]::new));
    return new Run(code, out.toString(), err.toString());
  }

  private Run works(PathRig rig, String... arguments) throws IOException {
    Run run = run(rig, arguments);
    assertThat(run.code()).as(String.join(" ", arguments) + "\n" + run.err()).isZero();
    assertThat(run.err()).doesNotContain("unexpected failure").doesNotContain("\tat ");
    return run;
  }

  /** Sends junk that is like what lies on the topics; returns how many records went to each. */
  private static Map<Topic, Integer> sendJunk(PathRig rig) {
    JunkRecords junk = new JunkRecords(SEED, LINEAGE, PARTITIONS);
    for (Topic topic : Topic.values()) {
      if (topic != Topic.PREDICTIONS && topic != Topic.DLQ) {
        for (ConsumerRecord<byte[], byte[]> record : rig.read(rig.names.of(topic), 1)) {
          if (record.value() != null) {
            junk.like(topic, record.value());
          }
        }
      }
    }
    Map<Topic, Integer> sent = new EnumMap<>(Topic.class);
    try (Producer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", cluster.bootstrap()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      for (int i = 0; i < RECORDS; i++) {
        for (Topic topic : Topic.values()) {
          producer.send(
              junk.next(topic, rig.names.of(topic)),
              (metadata, failure) -> {
                if (failure == null) {
                  sent.merge(topic, 1, Integer::sum);
                }
              });
        }
      }
      producer.flush();
    }
    return sent;
  }

  @BadInput(
      at = Entrance.RECORD,
      what = "random records on every topic: keys, values, schema ids, headers, times, sizes",
      then = "application and node go on; every command passes over them and says so")
  @Test
  void shouldGoOnWithRandomRecordsOnEveryTopic() throws Exception {
    try (PathRig rig = new PathRig(cluster, "junk", folder)) {
      AdaptationApplication application = rig.startApplication();
      ServingNode node = rig.startNode("node-1");
      rig.sendGood(3 * PathRig.BATCH);
      awaitLive(node, 3);
      works(rig, "rollback", "--lineage", LINEAGE, "--version", "2", "--who", "ada");
      works(rig, "unpin", "--lineage", LINEAGE);
      String shown = works(rig, "show", "--lineage", LINEAGE, "--version", "1").out();
      await().atMost(SOON).until(() -> rig.read(rig.names.of(Topic.ACKS), 1).size() >= 1);

      assertThat(sendJunk(rig)).hasSize(Topic.values().length);
      long before = live(rig);
      rig.sendGood(4 * PathRig.BATCH);
      await().atMost(SOON).until(() -> live(rig) > before);
      assertThat(application.failure()).isEmpty();
      awaitLive(node, live(rig));
      works(rig, "pin", "--lineage", LINEAGE);
      works(rig, "unpin", "--lineage", LINEAGE);
      assertListed(rig, shown);
      assertRecomputed(rig);
      rig.sendGood(PathRig.BATCH);
      assertThat(application.failure()).isEmpty();
      assertThat(node.ready()).isTrue();
    }
  }

  /** Every command that only reads. */
  private void assertListed(PathRig rig, String shown) throws IOException {
    Run versions = works(rig, "versions", "--lineage", LINEAGE);
    assertThat(versions.err()).contains("records that cannot be used, the first at offset ");
    assertThat(works(rig, "versions", "--lineage", LINEAGE, "--json").out()).startsWith("{");
    assertThat(works(rig, "history", "--lineage", LINEAGE).err()).contains("passed over ");
    assertThat(works(rig, "lineages").out()).contains("records of aliases could not be read");
    Run show = works(rig, "show", "--lineage", LINEAGE, "--version", "1");
    assertThat(show.out().lines().findFirst().orElse("")).startsWith("version 1 of " + LINEAGE);
    assertThat(show.out().lines().filter(line -> line.contains("content")).toList())
        .isEqualTo(shown.lines().filter(line -> line.contains("content")).toList());
    works(rig, "diff", "--lineage", LINEAGE, "--from", "1", "--to", "2");
    Path out = folder.resolve("one.safetensors");
    works(rig, "export", "--lineage", LINEAGE, "--version", "1", "--out", out.toString());
    works(rig, "redrive");
    new FolderObjectStore(folder.resolve("objects")).put(ByteBuffer.wrap(new byte[] {1}));
    assertThat(works(rig, "sweep").err()).contains("passed over ");
    Run doctor = run(rig, "doctor");
    assertThat(doctor.code()).as(doctor.out()).isLessThan(2);
    assertThat(doctor.out() + doctor.err())
        .doesNotContain("unexpected failure")
        .doesNotContain("\tat ");
  }

  /** Versions of sound samples alone, whatever lay between them. */
  private static void assertRecomputed(PathRig rig) {
    try (ClusterReplay replay =
        ClusterReplay.open(
            PathRig.LINEAGE, rig.config(Map.of()), new FakeProvider(), () -> {}, () -> {})) {
      assertThat(replay.run(version -> true, ReplayRange.ALL, Map.of()).versions())
          .isNotEmpty()
          .extracting(VersionCheck::verdict)
          .doesNotContain(Equality.DIFFERENT);
    }
  }

  private long live(PathRig rig) throws IOException {
    String json = works(rig, "versions", "--lineage", LINEAGE, "--json").out();
    return new ObjectMapper().readTree(json).path("live").asLong();
  }

  private static void awaitLive(ServingNode node, long version) {
    await().atMost(SOON).until(() -> node.active(PathRig.LINEAGE).number() == version);
  }
}
