package dev.meander.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meander.core.config.ConfigurationException;
import dev.meander.core.config.Option;
import dev.meander.core.gate.GateConfig;
import dev.meander.core.learner.LearnerConfig;
import dev.meander.kit.Golden;
import dev.meander.streams.publish.FrameConfig;
import dev.meander.streams.publish.PublishConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.streams.StreamsConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdaptationConfigTest {

  private static final Map<String, String> REQUIRED =
      Map.of(
          "bootstrap.servers", "broker:9092",
          "schema.registry.url", "http://registry:8081",
          "model.name", "resnet20",
          "model.file", "resnet20.pt",
          "model.input.shape", "3, 32, 32");

  @Test
  void shouldHaveADefaultForEverythingThatHasOne() {
    AdaptationConfig config = read(Map.of());

    assertThat(config.applicationId()).isEqualTo("meander");
    assertThat(config.bootstrapServers()).isEqualTo("broker:9092");
    assertThat(config.topics().traffic()).isEqualTo("meander.traffic");
    assertThat(config.model().name()).isEqualTo("resnet20");
    assertThat(config.model().file()).isEqualTo(Path.of("resnet20.pt"));
    assertThat(config.model().inputShape()).containsExactly(3, 32, 32);
    assertThat(config.model().engineThreads()).isEqualTo(1);
    assertThat(config.streamThreads()).isEqualTo(1);
    assertThat(config.stateDir()).isEqualTo(Path.of("meander-state"));
    assertThat(config.commitInterval()).isEqualTo(Duration.ofMillis(500));
    assertThat(config.sampleBytesMax()).isEqualTo(1_000_000);
    assertThat(config.predictions()).isFalse();
    assertThat(config.publish())
        .isEqualTo(
            new PublishConfig(
                921_600,
                524_288,
                268_435_456,
                "none",
                new FrameConfig("float32", .01, 1, "compeft", .05, .1),
                100));
    assertThat(config.learnersLiveMax()).isEqualTo(1024);
    assertThat(config.groupProtocol()).isEqualTo(GroupProtocol.CLASSIC);
    assertThat(config.kafka()).isEmpty();
    assertThat(config.registry())
        .containsExactly(Map.entry("schema.registry.url", "http://registry:8081"));
  }

  @Test
  void shouldReadEveryKey() {
    AdaptationConfig config =
        read(
            Map.ofEntries(
                Map.entry("application.id", "acme"),
                Map.entry("topics.prefix", "acme.eu"),
                Map.entry("engine.threads", "2"),
                Map.entry("streams.threads", "3"),
                Map.entry("state.dir", "stores"),
                Map.entry("commit.interval", "2s"),
                Map.entry("samples.record.max.bytes", "5000"),
                Map.entry("predictions.enabled", "true"),
                Map.entry("publish.record.max.bytes", "6000"),
                Map.entry("publish.chunk.bytes", "4000"),
                Map.entry("publish.payload.max.bytes", "70000"),
                Map.entry("objects.dir", "objects"),
                Map.entry("publish.codec", "auto"),
                Map.entry("publish.codec.error.max", "0.02"),
                Map.entry("publish.key.every", "10"),
                Map.entry("publish.delta.codec", "xor-zstd"),
                Map.entry("publish.delta.density", "0.2"),
                Map.entry("publish.delta.error.max", "0.3"),
                Map.entry("learners.live.max", "7"),
                Map.entry("group.protocol", "streams"),
                Map.entry("gate.redundancy.max.cosine", "0.9"),
                Map.entry("batch.size", "32"),
                Map.entry("kafka.security.protocol", "SSL"),
                Map.entry("registry.basic.auth.user.info", "me:secret")));

    assertThat(config.applicationId()).isEqualTo("acme");
    assertThat(config.topics().dlq()).isEqualTo("acme.eu.dlq");
    assertThat(config.model().engineThreads()).isEqualTo(2);
    assertThat(config.streamThreads()).isEqualTo(3);
    assertThat(config.stateDir()).isEqualTo(Path.of("stores"));
    assertThat(config.commitInterval()).isEqualTo(Duration.ofSeconds(2));
    assertThat(config.sampleBytesMax()).isEqualTo(5000);
    assertThat(config.predictions()).isTrue();
    assertThat(config.publish())
        .isEqualTo(
            new PublishConfig(
                6000,
                4000,
                70_000,
                "objects",
                new FrameConfig("auto", .02, 10, "xor-zstd", .2, .3),
                100));
    assertThat(config.learnersLiveMax()).isEqualTo(7);
    assertThat(config.groupProtocol()).isEqualTo(GroupProtocol.STREAMS);
    assertThat(config.gate().redundancyMaxCosine()).isEqualTo(0.9);
    assertThat(config.learner().batchSize()).isEqualTo(32);
    assertThat(config.properties()).containsEntry("security.protocol", "SSL");
    assertThat(config.registry()).containsEntry("basic.auth.user.info", "me:secret");
  }

  @Test
  void shouldListEveryOptionOnce() {
    List<String> keys = AdaptationConfig.OPTIONS.stream().map(Option::key).toList();
    assertThat(keys).doesNotHaveDuplicates().startsWith("application.id", "bootstrap.servers");
    assertThat(AdaptationConfig.OPTIONS)
        .containsAll(GateConfig.OPTIONS)
        .containsAll(LearnerConfig.OPTIONS)
        .containsAll(PublishConfig.OPTIONS);
  }

  @Test
  void shouldNameEveryProblemAtOnce() {
    Map<String, String> keys = new HashMap<>(REQUIRED);
    keys.remove("model.file");
    keys.put("streams.thread", "2");
    keys.put("topics.prefix", ".");
    keys.put("commit.interval", "1ms");
    assertThatThrownBy(() -> AdaptationConfig.read("app.properties", keys))
        .isInstanceOf(ConfigurationException.class)
        .hasMessage(
            """
            4 problems in app.properties:
              unknown key streams.thread, did you mean streams.threads?
              commit.interval: expected a duration of 10ms to 30s, found "1ms"
              model.file: expected a value (The model to adapt and to serve.), found none
              topics.prefix: expected a topic prefix of 1 to 200 letters, digits, '.', '_' or '-' that\
             neither starts nor ends with '.', found ".\"""");
  }

  @Test
  void shouldNameEveryContradictionAtOnce() {
    Map<String, String> keys =
        Map.of(
            "gate.entropy.min.fraction", "1",
            "batch.size", "4",
            "publish.chunk.bytes", "921000",
            "kafka.processing.guarantee", "at_least_once",
            "kafka.application.id", "other");
    assertThatThrownBy(() -> read(keys))
        .isInstanceOf(ConfigurationException.class)
        .hasMessage(
            """
            5 problems in test:
              expected gate.entropy.min.fraction below gate.entropy.max.fraction, found 1.0 and 1.0
              expected batch.min at most batch.size, found 16 and 4
              publish.chunk.bytes: expected at most publish.record.max.bytes less 1024 = 920576,\
             found 921000
              kafka.application.id: expected it to be left to the key application.id
              kafka.processing.guarantee: expected it to be left out, the topology depends on it""");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "model.input.shape|3,0|expected sizes >= 1 separated by commas, such as 3,32,32, found \"3,0\"",
        "model.input.shape|3x32|expected sizes >= 1 separated by commas, such as 3,32,32, found"
            + " \"3x32\"",
        "model.input.shape|65536,65536|expected sizes >= 1 separated by commas, such as 3,32,32,"
            + " found \"65536,65536\"",
        "model.name|a:b|expected a model name of 1 to 100 letters, digits, '.', '_' or '-', found"
            + " \"a:b\"",
        "streams.threads|0|expected a whole number of 1 to 256, found \"0\"",
        "engine.threads|0|expected a whole number of 1 to 256, found \"0\"",
        "learners.live.max|0|expected a whole number of 1 to 1000000, found \"0\"",
        "publish.record.max.bytes|1|expected a whole number of 2048 to 67108864, found \"1\"",
        "samples.record.max.bytes|1|expected a whole number of 1024 to 67108864, found \"1\""
      })
  void shouldRefuseWhatIsOutOfRange(String key, String value, String problem) {
    assertThatThrownBy(() -> read(Map.of(key, value)))
        .isInstanceOf(ConfigurationException.class)
        .hasMessage("1 problem in test:\n  " + key + ": " + problem);
  }

  @Test
  void shouldWriteDownTheSettingsOfKafkaStreams() {
    Map<String, String> properties =
        read(Map.of()).properties().entrySet().stream()
            .collect(
                Collectors.toMap(
                    entry -> entry.getKey().toString(),
                    entry ->
                        entry.getValue() instanceof Class<?> type
                            ? type.getName()
                            : entry.getValue().toString(),
                    (a, b) -> a,
                    TreeMap::new));
    String text =
        properties.entrySet().stream()
            .map(entry -> entry.getKey() + "=" + entry.getValue() + "\n")
            .collect(Collectors.joining());
    Golden.check(AdaptationConfigTest.class, "properties.txt", text);
  }

  @Test
  void shouldLetTheUserTuneConsumersWithAndWithoutTheirPrefix() {
    assertThat(consumer(Map.of()))
        .containsEntry("session.timeout.ms", 10_000)
        .containsEntry("auto.offset.reset", "earliest");
    assertThat(
            consumer(
                Map.of(
                    "kafka.max.partition.fetch.bytes", "65536",
                    "kafka.session.timeout.ms", "45000",
                    "kafka.consumer.heartbeat.interval.ms", "1000")))
        .containsEntry("max.partition.fetch.bytes", "65536")
        .containsEntry("session.timeout.ms", "45000")
        .containsEntry("heartbeat.interval.ms", "1000");
  }

  /** What the consumer of a stream thread is configured with. */
  private static Map<String, Object> consumer(Map<String, String> overrides) {
    return new StreamsConfig(read(overrides).properties())
        .getMainConsumerConfigs("group", "client", 0);
  }

  private static AdaptationConfig read(Map<String, String> overrides) {
    Map<String, String> keys = new HashMap<>(REQUIRED);
    keys.putAll(overrides);
    return AdaptationConfig.read("test", keys);
  }
}
