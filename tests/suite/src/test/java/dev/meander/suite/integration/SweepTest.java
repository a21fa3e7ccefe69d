package dev.meander.suite.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.meander.app.Meander;
import dev.meander.core.config.ConfigurationException;
import dev.meander.core.objects.FolderObjectStore;
import dev.meander.core.objects.ObjectStore;
import dev.meander.core.objects.ObjectStore.Stored;
import dev.meander.kit.BadInput;
import dev.meander.kit.BadInput.Entrance;
import dev.meander.schemas.kafka.Decoded;
import dev.meander.schemas.record.AdapterRecord;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What large versions need of a cluster and of the folder of objects. */
class SweepTest {

  private static final Instant OLD = Instant.parse("2020-01-01T00:00:00Z");

  @RegisterExtension private static final EmbeddedCluster cluster = new EmbeddedCluster();

  @TempDir
  @SuppressWarnings("NullAway.Init") // set by JUnit
  Path folder;

  /** What a command left behind. */
  private record Run(int code, String out, String err) {}

  private Run run(PathRig rig, String name, String... more) throws IOException {
    Path config = folder.resolve("meander.properties");
    Files.writeString(
        config,
        "bootstrap.servers=%s%nschema.registry.url=%s%ntopics.prefix=%s%nobjects.dir=%s%n"
            .formatted(
                cluster.bootstrap(), cluster.registryUrl(), rig.names.prefix(), objectsFolder()));
    List<String> arguments = new ArrayList<>(List.of(name, "--config", config.toString()));
    arguments.addAll(List.of(more));
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine line = Meander.commandLine();
    line.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    int code = line.execute(arguments.toArray(String[]::new));
    return new Run(code, out.toString(), err.toString());
  }

  private Path objectsFolder() {
    return folder.resolve("objects");
  }

  private List<String> objects() throws IOException {
    List<String> names = new ArrayList<>();
    new FolderObjectStore(objectsFolder()).forEach(object -> names.add(object.name()));
    return names;
  }

  private void age() throws IOException {
    List<Stored> all = new ArrayList<>();
    new FolderObjectStore(objectsFolder()).forEach(all::add);
    for (Stored object : all) {
      Path file = objectsFolder().resolve(object.name().substring(7, 9)).resolve(object.name());
      Files.setLastModifiedTime(file, FileTime.from(OLD));
    }
  }

  /** The first three versions. */
  private static List<AdapterRecord> published(PathRig rig) {
    return rig.read(rig.names.adapters(), 3).stream()
        .map(record -> rig.serdes.decode(rig.names.adapters(), AdapterRecord.class, record.value()))
        .map(decoded -> ((Decoded.Value<AdapterRecord>) decoded).value())
        .toList();
  }

  /** Version 1 of another lineage, with the object of {@code version}. */
  private static void publishElsewhere(PathRig rig, AdapterRecord version) {
    AdapterRecord other =
        AdapterRecord.newBuilder(version).setLineage("fake:other").setVersion(1).build();
    String topic = rig.names.adapters();
    rig.send(topic, "fake:other/1", rig.serdes.serialize(topic, other));
  }

  @BadInput(
      at = Entrance.RECORD,
      what = "on adapters, under the key of a version with an object: junk, an unknown schema id",
      then = "sweep passes over junk and says so; it deletes nothing while a schema is unknown")
  @Test
  void shouldRemoveTheObjectsOfRetiredVersionsAndOfAbortedTransactions() throws Exception {
    try (PathRig rig = new PathRig(cluster, "sweep", folder)) {
      Map<String, String> large =
          Map.of(
              "publish.payload.max.bytes", "100",
              "publish.chunk.bytes", "64",
              "objects.dir", objectsFolder().toString());
      List<AdapterRecord> published;
      String[] lineage = {"--lineage", PathRig.LINEAGE.toString()};
      try (AutoCloseable application = rig.startApplication(large)) {
        assertThat(application).isNotNull();
        rig.sendGood(3 * PathRig.BATCH);
        published = published(rig);
        assertThat(run(rig, "retire", lineage[0], lineage[1], "--version", "1").code()).isZero();
      } // and dies before anybody swept
      List<String> versions =
          published.stream().map(version -> String.valueOf(version.getPayloadObject())).toList();
      assertThat(versions).doesNotHaveDuplicates();
      ObjectStore store = new FolderObjectStore(objectsFolder());
      String orphan = store.put(ByteBuffer.wrap(new byte[] {1, 2, 3}));
      Run young = run(rig, "sweep", "--delete");
      assertThat(young.out())
          .isEqualToNormalizingNewlines(
              """
              2 versions name 2 objects; 2 more are younger than 1h
              0 objects of 0 bytes are named by none and were removed
              """);
      age();
      Run counted = run(rig, "sweep");
      assertThat(counted.out())
          .isEqualToNormalizingNewlines(
              """
              2 versions name 2 objects; 0 more are younger than 1h
              2 objects of 259 bytes are named by none; add --delete to remove them
              """);
      assertThat(objects()).hasSize(4).contains(orphan);

      publishElsewhere(rig, published.get(0));
      JsonNode removed = new ObjectMapper().readTree(run(rig, "sweep", "--delete", "--json").out());
      assertThat(removed.path("unreferred").asInt()).isEqualTo(1);
      assertThat(objects()).as("shared").containsExactlyInAnyOrderElementsOf(versions);
      publishElsewhere(rig, published.get(1));
      assertThat(run(rig, "sweep", "--delete").code()).isZero();
      assertThat(objects()).containsExactlyInAnyOrder(versions.get(1), versions.get(2));
      assertThat(run(rig, "sweep", "--delete").code()).isZero();
      assertThat(objects()).as("a second time").hasSize(2);
      assertThat(run(rig, "show", lineage[0], lineage[1], "--version", "2").code()).isZero();
      assertJunkIsPassedOver(rig);
    }
  }

  /** Junk under the key of a version whose object is still named. */
  private void assertJunkIsPassedOver(PathRig rig) throws Exception {
    rig.send(rig.names.adapters(), "fake:other/1", new byte[] {9});
    Run junk = run(rig, "sweep", "--delete");
    assertThat(junk.code()).as(junk.err()).isZero();
    assertThat(junk.err())
        .startsWith("passed over a record that cannot be used, at offset ")
        .contains(": expected at least 5 bytes on sweep.adapters, found 1");
    assertThat(objects()).as("what the key named before stays").hasSize(2);

    rig.send(rig.names.adapters(), "fake:other/1", new byte[] {0, 0, 9, 9, 9, 1});
    assertThat(run(rig, "sweep").code()).as("nothing is deleted").isZero();
    Run unknown = run(rig, "sweep", "--delete");
    assertThat(unknown.code()).isEqualTo(1);
    assertThat(unknown.err())
        .contains(
            "expected every version to be readable before objects are deleted, found 1 with a"
                + " schema that the registry does not know; nothing was deleted. If they are no"
                + " versions, write a tombstone for their keys");
    assertThat(objects()).hasSize(2);
  }

  @Test
  void shouldRemoveNothingWhereNoVersionIs() throws Exception {
    try (PathRig rig = new PathRig(cluster, "empty", folder)) {
      new FolderObjectStore(objectsFolder()).put(ByteBuffer.wrap(new byte[] {1}));
      age();
      Run run = run(rig, "sweep", "--delete");
      assertThat(run.code()).isEqualTo(2);
      assertThat(run.err().strip())
          .isEqualToNormalizingNewlines(
              """
              1 problem in the options:
                expected versions on empty.adapters, found none; look at topics.prefix and the address\
               of the cluster\
              """);
      assertThat(objects()).hasSize(1);
      Run tooSoon = run(rig, "sweep", "--min-age", "14m");
      assertThat(tooSoon.code()).isEqualTo(2);
      assertThat(tooSoon.err())
          .startsWith("--min-age: expected a duration of 15m to 365d, found \"14m\"");
    }
  }

  @Test
  void shouldRefuseATransactionTimeoutThatTheBrokersWouldRefuse() throws Exception {
    try (PathRig rig = new PathRig(cluster, "timeout", folder)) {
      assertThatThrownBy(
              () -> rig.startApplication(Map.of("kafka.producer.transaction.timeout.ms", "900001")))
          .isInstanceOf(ConfigurationException.class)
          .hasMessage(
              "1 problem in the settings for Kafka:\n  kafka.producer.transaction.timeout.ms:"
                  + " expected a transaction timeout of at most transaction.max.timeout.ms = 900000"
                  + " of the brokers, found 900001");
      rig.startApplication(Map.of("kafka.producer.transaction.timeout.ms", "900000"));
    }
  }
}
