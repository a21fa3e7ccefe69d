package dev.meander.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meander.core.config.ConfigurationException;
import dev.meander.core.model.FakeProvider;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Transactions outlast the steps they take in, as far as brokers allow. */
class TransactionTimeoutTest {

  private static final String PREFIXED = "producer.transaction.timeout.ms";

  @Test
  void shouldGrowWithWhatAStepWrites() {
    assertThat(TransactionTimeout.of(Map.of(), 0).millis()).isEqualTo(60_000);
    assertThat(TransactionTimeout.of(Map.of(), 1_400_000_000).millis()).isEqualTo(410_000);
    assertThat(TransactionTimeout.of(Map.of(), Long.MAX_VALUE).millis())
        .isEqualTo(Integer.MAX_VALUE);
  }

  @Test
  void shouldBeWhatIsConfiguredWithAndWithoutThePrefix() {
    assertThat(TransactionTimeout.of(Map.of("transaction.timeout.ms", "70000"), 1L << 40))
        .isEqualTo(new TransactionTimeout(70_000, true));
    Map<String, String> both = Map.of("transaction.timeout.ms", "70000", PREFIXED, "80000");
    assertThat(TransactionTimeout.of(both, 0).millis()).isEqualTo(80_000);
  }

  @Test
  void shouldGiveWayToTheBrokersWhenItWasDerived() {
    TransactionTimeout derived = TransactionTimeout.of(Map.of(), 8_000_000_000L);
    assertThat(derived.within(OptionalInt.of(900_000)).millis()).isEqualTo(900_000);
    assertThat(derived.within(OptionalInt.empty()).millis()).isEqualTo(2_060_000);
    assertThat(derived.within(OptionalInt.of(3_000_000)).millis()).isEqualTo(2_060_000);
  }

  @Test
  void shouldRefuseMoreThanTheBrokersTakeWhenItIsConfigured() {
    TransactionTimeout configured = TransactionTimeout.of(Map.of(PREFIXED, "900001"), 0);
    assertThatThrownBy(() -> configured.within(OptionalInt.of(900_000)))
        .isInstanceOf(ConfigurationException.class)
        .hasMessage(
            "1 problem in the settings for Kafka:\n  kafka.producer.transaction.timeout.ms:"
                + " expected a transaction timeout of at most transaction.max.timeout.ms = 900000 of"
                + " the brokers, found 900001");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "-1", "1e5", "1000000000", " 5"})
  void shouldRefuseWhatIsNoTime(String text) {
    assertThat(TransactionTimeout.problem(Map.of("transaction.timeout.ms", text)))
        .contains(
            "kafka.transaction.timeout.ms: expected milliseconds, 1 to 999999999, found \""
                + text
                + "\"");
    assertThat(TransactionTimeout.problem(Map.of(PREFIXED, "1"))).isEmpty();
  }

  @Test
  void shouldLetThePollIntervalGrowUnlessOneIsConfigured() {
    Properties properties = new Properties();
    new TransactionTimeout(300_000, false).putInto(properties);
    assertThat(properties).containsOnlyKeys(PREFIXED).containsEntry(PREFIXED, 300_000);
    new TransactionTimeout(300_001, false).putInto(properties);
    assertThat(properties).containsEntry("max.poll.interval.ms", 300_001);
    properties.put("max.poll.interval.ms", "5");
    new TransactionTimeout(400_000, false).putInto(properties);
    assertThat(properties).containsEntry("max.poll.interval.ms", "5");
  }

  @Test
  void shouldCountStateVersionAndFramesOfAStep(@TempDir Path folder) {
    AdaptationConfig config = PathDriver.config(folder, Map.of());
    BaseModel base = BaseModel.check(config.model(), new FakeProvider(), config.learner());
    try (PathDriver path = new PathDriver(folder, Map.of("publish.key.every", "2"))) {
      new Events(PathDriver.LINEAGE, 1).next(4).forEach(path::traffic);
      long written =
          path.adapters().get(0).getPayload().remaining()
              + bytes(path, "learner-state")
              + bytes(path, "frames");
      assertThat(base.stepBytes()).isBetween(written - 200, 2 * written);
    }
  }

  private static long bytes(PathDriver path, String store) {
    return path.stores().getOrDefault(store, Map.of()).values().stream()
        .mapToLong(block -> block.length)
        .sum();
  }
}
