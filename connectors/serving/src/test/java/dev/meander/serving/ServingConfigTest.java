package dev.meander.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meander.core.config.ConfigurationException;
import dev.meander.core.config.Option;
import dev.meander.kit.BadInput;
import dev.meander.kit.BadInput.Entrance;
import dev.meander.serving.traffic.TrafficKey;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ServingConfigTest {

  private static final Map<String, String> REQUIRED =
      Map.of(
          "bootstrap.servers", "broker:9092",
          "schema.registry.url", "http://registry:8081",
          "model.name", "plates",
          "model.file", "model.pt",
          "model.input.shape", "3,32,32");

  private static ServingConfig read(Map<String, String> more) {
    Map<String, String> raw = new HashMap<>(REQUIRED);
    raw.putAll(more);
    return ServingConfig.read("node.properties", raw);
  }

  @Test
  void shouldHaveDefaultsForWhatNeedNotBeGiven() {
    ServingConfig config = read(Map.of("node.name", "n"));

    assertThat(config.cluster().bootstrapServers()).isEqualTo("broker:9092");
    assertThat(config.cluster().schemaRegistryUrl()).isEqualTo("http://registry:8081");
    assertThat(config.model().name()).isEqualTo("plates");
    assertThat(config.model().file()).isEqualTo(Path.of("model.pt"));
    assertThat(config.model().inputShape()).containsExactly(3, 32, 32);
    assertThat(config.model().engineThreads()).isEqualTo(1);
    assertThat(config.http().host()).isEqualTo("127.0.0.1");
    assertThat(config.http().port()).isEqualTo(8080);
    assertThat(config.http().rowsMax()).isEqualTo(64);
    assertThat(config.http().bodyBytesMax()).isEqualTo(8_388_608);
    assertThat(config.http().concurrentMax()).isEqualTo(32);
    assertThat(config.subscriber().node()).isEqualTo("n");
    assertThat(config.subscriber().topics().adapters()).isEqualTo("meander.adapters");
    assertThat(config.subscriber().limits().lineages()).isEqualTo(64);
    assertThat(config.subscriber().limits().versionsKept()).isEqualTo(8);
    assertThat(config.traffic().topic()).isEqualTo("meander.traffic");
    assertThat(config.traffic().key()).isEqualTo(TrafficKey.EVENT_ID);
    assertThat(config.traffic().share()).isEqualTo(1);
    assertThat(config.bootWait()).isEqualTo(Duration.ofSeconds(30));
    assertThat(config.requireAdapters()).isTrue();
  }

  @Test
  void shouldNameTheNodeAfterHostAndPortByDefault() {
    assertThat(read(Map.of("http.port", "9001")).node()).matches(".+-9001");
    assertThat(read(Map.of("http.port", "0")).node()).matches(".+-[1-9][0-9]*");
  }

  @Test
  void shouldTakeEveryKey() {
    ServingConfig config =
        read(
            Map.ofEntries(
                Map.entry("topics.prefix", "t"),
                Map.entry("serving.traffic.key", "scope"),
                Map.entry("serving.traffic.share", "0.5"),
                Map.entry("serving.boot.require-adapters", "false"),
                Map.entry("serving.weight.max", "10"),
                Map.entry("kafka.security.protocol", "SSL"),
                Map.entry("registry.basic.auth.user.info", "a:b")));

    assertThat(config.traffic().topic()).isEqualTo("t.traffic");
    assertThat(config.traffic().key()).isEqualTo(TrafficKey.SCOPE);
    assertThat(config.traffic().share()).isEqualTo(0.5);
    assertThat(config.requireAdapters()).isFalse();
    assertThat(config.subscriber().weightMax()).isEqualTo(10);
    assertThat(config.cluster().kafka()).isEqualTo(Map.of("security.protocol", "SSL"));
    assertThat(config.cluster().registry()).isEqualTo(Map.of("basic.auth.user.info", "a:b"));
  }

  @Test
  void shouldReportEveryProblemAtOnce() {
    Map<String, String> raw =
        Map.of(
            "bootstrap.servers", "broker:9092",
            "model.name", "a b",
            "model.file", "model.pt",
            "model.input.shape", "3,x",
            "http.prot", "80",
            "serving.traffic.share", "2");

    assertThatThrownBy(() -> ServingConfig.read("node.properties", raw))
        .isInstanceOf(ConfigurationException.class)
        .hasMessage(
            "5 problems in node.properties:\n"
                + "  unknown key http.prot, did you mean http.port?\n"
                + "  model.input.shape: expected sizes >= 1 separated by commas, such as 3,32,32,"
                + " found \"3,x\"\n"
                + "  model.name: expected a model name of 1 to 100 letters, digits, '.', '_' or"
                + " '-', found \"a b\"\n"
                + "  schema.registry.url: expected a value (Address of the schema registry.),"
                + " found none\n"
                + "  serving.traffic.share: expected a number of 0 to 1, found \"2\"");
  }

  @ParameterizedTest
  @CsvSource({"'3,0'", "'3,,3'", "'-1'", "'65536,65536'", "'1.5'"})
  void shouldRefuseShapesThatAreNone(String shape) {
    assertThatThrownBy(() -> read(Map.of("model.input.shape", shape)))
        .isInstanceOf(ConfigurationException.class)
        .hasMessage(
            "1 problem in node.properties:\n  model.input.shape: expected sizes >= 1 separated by"
                + " commas, such as 3,32,32, found \""
                + shape
                + "\"");
  }

  @Test
  void shouldRefuseAnIndexSmallerThanWhatIsKept() {
    assertThatThrownBy(
            () -> read(Map.of("serving.versions.kept", "9", "serving.versions.indexed", "5")))
        .isInstanceOf(ConfigurationException.class)
        .hasMessage(
            "1 problem in node.properties:\n  serving.versions.indexed: expected at least"
                + " serving.versions.kept (9), found 5");
  }

  @Test
  void shouldDescribeEveryOptionInASentence() {
    Map<String, Option<?>> byKey = new TreeMap<>();
    for (Option<?> option : ServingConfig.OPTIONS) {
      assertThat(byKey.put(option.key(), option)).as(option.key()).isNull();
      assertThat(option.meaning()).as(option.key()).endsWith(".").matches("[A-Z].*");
    }
    assertThat(byKey).hasSize(31);
  }

  @Test
  void shouldNotLetPassedSettingsBreakTheNodesLaws() {
    ServingConfig config =
        read(
            Map.of(
                "node.name", "n",
                "kafka.isolation.level", "read_uncommitted",
                "kafka.group.id", "g",
                "kafka.acks", "0",
                "kafka.request.timeout.ms", "77"));
    KafkaClients clients = new KafkaClients(config);

    assertThat(clients.consumerSettings())
        .containsEntry("isolation.level", "read_committed")
        .containsEntry("enable.auto.commit", false)
        .containsEntry("auto.offset.reset", "earliest")
        .containsEntry("allow.auto.create.topics", false)
        .containsEntry("bootstrap.servers", "broker:9092")
        .containsEntry("client.id", "n-subscriber")
        .containsEntry("request.timeout.ms", "77")
        .doesNotContainKey("group.id");
    assertThat(clients.producerSettings("acks", 3))
        .containsEntry("acks", "all")
        .containsEntry("enable.idempotence", true)
        .containsEntry("linger.ms", 3)
        .containsEntry("client.id", "n-acks")
        .containsEntry("partitioner.class", "dev.meander.schemas.kafka.LineagePartitioner");
  }

  @ParameterizedTest
  @CsvSource({
    "serving.body.bytes.max,1073741825",
    "serving.body.bytes.max,99999999999999999999",
    "serving.rows.max,2147483648",
    "http.port,65536",
    "http.port,-1",
    "http.port,1e3",
    "serving.close.wait,9223372036854775807d",
    "serving.boot.wait,99999999999999999999ms",
    "serving.traffic.share,1e999",
    "model.input.shape,'65536,65536'",
    "model.input.shape,99999999999",
    "serving.traffic.buffer.bytes,9223372036854775808"
  })
  @BadInput(
      at = Entrance.CONFIGURATION,
      what = "numbers, durations and shapes that overflow",
      then = "the start is refused with the key's name")
  void shouldRefuseNumbersThatOverflow(String key, String value) {
    assertThatThrownBy(() -> read(Map.of(key, value)))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageStartingWith("1 problem in node.properties:\n  " + key + ": expected ")
        .hasMessageContaining(", found \"" + value + "\"");
  }

  @Test
  void shouldRefuseMoreNumbersInARequestThanAnArrayHolds() {
    assertThatThrownBy(
            () -> read(Map.of("model.input.shape", "3,1024,1024", "serving.rows.max", "1024")))
        .isInstanceOf(ConfigurationException.class)
        .hasMessage(
            "1 problem in node.properties:\n"
                + "  serving.rows.max: expected at most 2147483647 numbers in serving.rows.max"
                + " inputs of model.input.shape, found 3221225472");
  }
}
