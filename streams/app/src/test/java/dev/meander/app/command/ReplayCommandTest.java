package dev.meander.app.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.meander.app.GlyphModel;
import dev.meander.app.Meander;
import dev.meander.app.ProgramFile;
import dev.meander.app.embedded.EmbeddedStack;
import dev.meander.app.embedded.StackOptions;
import dev.meander.core.codec.CodecChoice;
import dev.meander.core.learner.ConfigurationText;
import dev.meander.core.learner.Learner;
import dev.meander.core.learner.Step;
import dev.meander.core.learner.Version;
import dev.meander.core.model.AdaptableModel;
import dev.meander.core.model.ModelProvider;
import dev.meander.core.weights.LineageId;
import dev.meander.core.wire.AdapterWriter;
import dev.meander.core.wire.AdapterWriting;
import dev.meander.core.wire.EventReader;
import dev.meander.core.wire.EventReading;
import dev.meander.replay.data.GlyphDataSet;
import dev.meander.schemas.AdapterKey;
import dev.meander.schemas.LineagePartitions;
import dev.meander.schemas.Topic;
import dev.meander.schemas.kafka.LineagePartitioner;
import dev.meander.schemas.kafka.RecordSerdes;
import dev.meander.schemas.record.InferenceEvent;
import dev.meander.schemas.record.Sample;
import dev.meander.streams.AdaptationConfig;
import dev.meander.streams.publish.PublishStage;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
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
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Replays of a recorded lineage: glyphs, the real engine, a broker inside the JVM. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init") // set before all tests
@Timeout(120)
class ReplayCommandTest {

  private static final int SAMPLES = 30;
  private static final LineageId LINEAGE = new LineageId(GlyphModel.NAME, LineageId.GLOBAL);
  private static final Instant START = Instant.parse("2026-01-31T12:00:00Z");

  @TempDir private static Path folder;

  private EmbeddedStack stack;
  private Path config;

  /** What a command left behind. */
  record Run(int code, String out, String err) {

    JsonNode json() throws Exception {
      return new ObjectMapper().readTree(out);
    }
  }

  @BeforeAll
  void record() throws Exception {
    stack = EmbeddedStack.start(StackOptions.temporary().withPartitions(2));
    config = folder.resolve("meander.properties");
    Files.writeString(
        config,
        """
        bootstrap.servers=%s
        schema.registry.url=%s
        model.name=%s
        model.file=%s
        model.input.shape=3,32,32
        method.name=tent
        batch.size=8
        batch.min=2
        """
            .formatted(
                stack.bootstrap(),
                stack.registryUrl(),
                GlyphModel.NAME,
                GlyphModel.unpack(folder)));
    Log log = new Log(ProgramFile.adaptation(config));
    log.write();
  }

  /** Writes samples and what a learner makes of them: versions 1 to 3, batches of 8. */
  private record Log(AdaptationConfig config) {

    void write() throws Exception {
      GlyphDataSet glyphs = new GlyphDataSet(GlyphDataSet.Part.TEST, 5, SAMPLES);
      try (AdaptableModel model = ModelProvider.forSource(config.model()).open(config.model());
          RecordSerdes serdes = RecordSerdes.open(config.registry());
          KafkaProducer<byte[], byte[]> producer =
              new KafkaProducer<>(
                  Map.of(
                      "bootstrap.servers",
                      config.bootstrapServers(),
                      "partitioner.class",
                      LineagePartitioner.class.getName()),
                  new ByteArraySerializer(),
                  new ByteArraySerializer())) {
        Learner learner = new Learner(LINEAGE, config.learner(), model);
        EventReader reader = new EventReader(model.spec());
        AdapterWriter writer =
            new AdapterWriter(
                model.spec(), CodecChoice.configured("float32", CodecChoice.AUTO, 1, 0));
        int partition = LineagePartitions.partition(LINEAGE.toString(), 2);
        for (int i = 0; i < SAMPLES; i++) {
          Sample sample = sample(glyphs.image(i), i);
          send(producer, serdes, Topic.SAMPLES, LINEAGE.toString(), sample);
          EventReading.Usable usable =
              (EventReading.Usable) reader.read(sample, LINEAGE.toString().getBytes(UTF_8), i);
          for (Step step : learner.offer(usable.sample(), model)) {
            Version version = step.version();
            if (version != null) {
              AdapterWriting.Written written =
                  (AdapterWriting.Written) writer.write(version, partition);
              String key = AdapterKey.of(LINEAGE.toString(), version.id().number()).toString();
              send(producer, serdes, Topic.ADAPTERS, key, written.record());
            }
          }
        }
        // retired versions are recomputed too, as long as their records are there
        producer
            .send(
                new ProducerRecord<>(
                    config.topics().adapters(),
                    AdapterKey.of(LINEAGE.toString(), 1).toString().getBytes(UTF_8),
                    null))
            .get();
      }
    }

    private static Sample sample(float[] image, int i) {
      return Sample.newBuilder()
          .setEvent(
              InferenceEvent.newBuilder()
                  .setEventId("e" + i)
                  .setLineage(LINEAGE.toString())
                  .setVersion(0)
                  .setEventTime(START.plusSeconds(i))
                  .setInput(EventReader.tensor(image, 3, 32, 32))
                  .build())
          .setEntropy(0.5)
          .setTrafficPartition(0)
          .setTrafficOffset(i)
          .build();
    }

    private void send(
        KafkaProducer<byte[], byte[]> producer,
        RecordSerdes serdes,
        Topic topic,
        String key,
        SpecificRecord value)
        throws Exception {
      String name = config.topics().of(topic);
      ProducerRecord<byte[], byte[]> record =
          new ProducerRecord<>(name, key.getBytes(UTF_8), serdes.serialize(name, value));
      // as the publisher writes key frames
      String text = ConfigurationText.of(config.learner()).toString();
      record.headers().add(PublishStage.CONFIGURATION, text.getBytes(UTF_8));
      producer.send(record).get();
    }
  }

  @AfterAll
  void stop() {
    stack.close();
  }

  private static Run run(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine line = Meander.commandLine();
    line.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    int code = line.execute(arguments);
    return new Run(code, out.toString(), err.toString());
  }

  private Run replay(String... more) {
    String[] arguments = {
      "replay",
      "--config",
      config.toString(),
      "--lineage",
      "glyphs:global",
      "--out",
      folder.resolve("out").toString()
    };
    String[] all = Arrays.copyOf(arguments, arguments.length + more.length);
    System.arraycopy(more, 0, all, arguments.length, more.length);
    return run(all);
  }

  @Test
  void shouldRecomputeEveryVersionAndWriteTheReport() throws Exception {
    Run run = replay();
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out().lines().toList()).hasSize(6);
    assertThat(run.out().lines().toList().get(1))
        .isEqualTo(" version  verdict         published     recomputed");
    assertThat(run.out().lines().toList().get(2))
        .matches("       1  EQUAL           ([0-9a-f]{12})  \\1");
    assertThat(run.out())
        .endsWith(
            "3 of 3 versions recomputed to the same hash, 0 different, 0 not comparable, 0 without"
                + " their samples\n");
    JsonNode report =
        new ObjectMapper().readTree(folder.resolve("out").resolve("report.json").toFile());
    assertThat(report.get("equal").asInt()).isEqualTo(3);
    assertThat(report.get("lineage").asText()).isEqualTo("glyphs:global");
    assertThat(report.get("versions")).hasSize(3);
    assertThat(report.get("versions").get(2).get("version").asInt()).isEqualTo(3);
    assertThat(report.get("versions").get(2).get("verdict").asText()).isEqualTo("EQUAL");
    assertThat(report.get("versions").get(2).get("hash"))
        .isEqualTo(report.get("versions").get(2).get("recomputed"));
  }

  @Test
  void shouldFailWhenTheConfigurationIsAnother() throws Exception {
    Path other = folder.resolve("other.properties");
    Files.writeString(other, Files.readString(config) + "method.learning.rate=0.01\n");
    Run run =
        run(
            "replay",
            "--config",
            other.toString(),
            "--lineage",
            "glyphs:global",
            "--out",
            folder.resolve("out").toString(),
            "--json");
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.json().get("different").asInt()).isEqualTo(3);
    assertThat(run.json().get("versions").get(0).get("reasons").get(0).asText())
        .isEqualTo("configuration: method.learning.rate: 0.001 -> 0.01");
  }

  @Test
  void shouldRunCandidatesOverTheSamplesOfTheRange() throws Exception {
    Path larger = folder.resolve("larger.properties");
    Files.writeString(larger, "batch.size=4\n");
    Run run =
        replay(
            "--from",
            "8",
            "--to",
            "2026-01-31T12:00:15Z",
            "--candidate",
            larger.toString(),
            "--json");
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.json().get("versions")).hasSize(1);
    JsonNode candidate = run.json().get("runs").get(0);
    assertThat(candidate.get("name").asText()).isEqualTo(larger.toString());
    assertThat(candidate.get("method").asText()).isEqualTo("tent");
    assertThat(candidate.get("adapted").asInt()).isEqualTo(8);
    assertThat(candidate.get("versions")).hasSize(2);
    assertThat(candidate.get("meanEntropy").asDouble()).isPositive();
    assertThat(candidate.get("changedAnswers").isNull()).isTrue();
    assertThat(candidate.has("batches")).isFalse();
    Path out = folder.resolve("out");
    assertThat(Files.readAllLines(out.resolve("errors.csv")))
        .hasSize(3)
        .startsWith("run,method,batch,firstOffset,lastOffset,samples,entropy,answered,changed")
        .element(1)
        .asString()
        .matches("\\S+/larger.properties,tent,0,8,[0-9]+,4,[0-9.]+,0,0");
    assertThat(out.resolve("report.html"))
        .content()
        .contains("uPlot", "\"name\":\"" + larger + "\"")
        .doesNotContain("/*report-json*/", "/*plot-script*/");
  }

  @Test
  void shouldVerifyOneVersion() throws Exception {
    Run run = verify("2");
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.json().get("versions")).hasSize(1);
    assertThat(run.json().get("versions").get(0).get("version").asInt()).isEqualTo(2);
    assertThat(run.json().get("equal").asInt()).isEqualTo(1);
    assertThat(run.json().get("unrecorded")).isEmpty();
  }

  private Run verify(String version) {
    return run(
        "verify",
        "--config",
        config.toString(),
        "--lineage",
        "glyphs:global",
        "--version",
        version,
        "--json");
  }

  @Test
  void shouldSayWhichVersionsThereAreWhenItIsNone() {
    Run run = verify("9");
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err())
        .startsWith("--version: expected a version on the log, found 9; there are 3, 1 to 3");
  }

  @Test
  void shouldRefuseWrongUse() {
    assertThat(refusal("nonsense", null, null))
        .startsWith("--lineage: expected a lineage written model:scope, found \"nonsense\"");
    assertThat(refusal("plates:global", null, null))
        .startsWith(
            "--lineage: expected a lineage of model glyphs, as "
                + config
                + " says, found plates:global");
    assertThat(refusal("glyphs:global", "--from", "yesterday"))
        .startsWith(
            "--from: expected an offset or a time such as 2026-01-31T12:00:00Z, found"
                + " \"yesterday\"");
    assertThat(refusal("glyphs:global", "--from", "2027-01-01T00:00:00Z"))
        .startsWith(
            "expected versions of glyphs:global between --from and --to, found 3 on the log and"
                + " none between");
    assertThat(refusal("glyphs:global", "--candidate", folder.resolve("none").toString()))
        .contains("expected a key=value file, found no file of this name");
    Run noFolder =
        run(
            "replay",
            "--config",
            config.toString(),
            "--lineage",
            "glyphs:global",
            "--out",
            config.toString());
    assertThat(noFolder.code()).isEqualTo(2);
    assertThat(noFolder.err())
        .startsWith("--out: expected a folder or a name for one, found " + config);
  }

  private String refusal(String lineage, @Nullable String option, @Nullable String value) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "replay",
                "--config",
                config.toString(),
                "--lineage",
                lineage,
                "--out",
                folder.resolve("out").toString()));
    if (option != null && value != null) {
      arguments.add(option);
      arguments.add(value);
    }
    Run run = run(arguments.toArray(String[]::new));
    assertThat(run.code()).isEqualTo(2);
    return run.err();
  }

  @Test
  void shouldSayThatTheClusterHasNoSuchTopics() throws Exception {
    Path elsewhere = folder.resolve("elsewhere.properties");
    Files.writeString(elsewhere, Files.readString(config) + "topics.prefix=elsewhere\n");
    Run run =
        run(
            "verify",
            "--config",
            elsewhere.toString(),
            "--lineage",
            "glyphs:global",
            "--version",
            "1");
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err())
        .isEqualToIgnoringNewLines(
            "1 problem in the cluster "
                + stack.bootstrap()
                + ":\n"
                + "  expected the topic elsewhere.adapters, found none; look at topics.prefix\n");
  }
}
