package dev.meander.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meander.core.config.ConfigurationException;
import dev.meander.core.model.FakeProvider;
import dev.meander.core.model.ModelProvider;
import dev.meander.kit.FakeClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said before the first record, in the order in which it is looked at. */
class AdaptationApplicationTest {

  @Test
  void shouldRefuseAModelThatIsMissing(@TempDir Path folder) {
    AdaptationConfig config = PathDriver.config(folder, Map.of("model.file", "nowhere.fake"));
    assertThatThrownBy(() -> start(config, new FakeProvider()))
        .isInstanceOf(ConfigurationException.class)
        .hasMessage(
            "1 problem in model nowhere.fake:\n"
                + "  expected a model file, found none at nowhere.fake");
  }

  @Test
  void shouldRefuseAModelThatIsCorrupt(@TempDir Path folder) throws IOException {
    AdaptationConfig config = PathDriver.config(folder, Map.of());
    Path file = Files.writeString(folder.resolve("model.fake"), "fak");
    assertThatThrownBy(() -> start(config, new FakeProvider()))
        .isInstanceOf(ConfigurationException.class)
        .hasMessage(
            "1 problem in model %s:\n  expected \"fake classes=N seed=N\" in %s, found something else"
                .formatted(file, file));
  }

  @Test
  void shouldRefuseAMethodThatCannotAdaptTheModel(@TempDir Path folder) {
    AdaptationConfig config = PathDriver.config(folder, Map.of());
    assertThatThrownBy(() -> start(config, new HeadOnlyProvider()))
        .isInstanceOf(ConfigurationException.class)
        .hasMessage(
            "1 problem in model %s:\n  method tent: expected a model with normalisation gains and"
                    .formatted(config.model().file())
                + " shifts, found none among 2 blocks; batch, group, layer and instance norms with"
                + " affine=True have them; this model fits adacontrast, auto, cotta, lame, memo,"
                + " rmt-source-free, source, t3a");
  }

  @Test
  void shouldRefuseAClusterThatIsNotThere(@TempDir Path folder) throws IOException {
    String servers = OutcomesTest.unused();
    AdaptationConfig config = PathDriver.config(folder, Map.of("bootstrap.servers", servers));
    assertThatThrownBy(() -> start(config, new FakeProvider()))
        .isInstanceOf(UnreachableException.class)
        .hasMessage("cannot reach Kafka at " + servers + " within 1 s");
  }

  @Test
  void shouldRefuseAnAddressThatIsNone(@TempDir Path folder) {
    AdaptationConfig config = PathDriver.config(folder, Map.of("bootstrap.servers", "nonsense"));
    assertThatThrownBy(() -> start(config, new FakeProvider()))
        .isInstanceOf(UnreachableException.class)
        .hasMessage("cannot reach Kafka at nonsense: Invalid url in bootstrap.servers: nonsense");
  }

  @Test
  void shouldRefuseSettingsThatKafkaDoesNotTake(@TempDir Path folder) {
    AdaptationConfig config =
        PathDriver.config(folder, Map.of("kafka.num.standby.replicas", "many"));
    assertThatThrownBy(() -> start(config, new FakeProvider()))
        .isInstanceOf(ConfigurationException.class)
        .hasMessage(
            "1 problem in the settings for Kafka:\n  kafka.*: Invalid value many for configuration"
                + " num.standby.replicas: Not a number of type INT");
  }

  @Test
  void shouldSayWhoseBaseModelItIs(@TempDir Path folder) {
    AdaptationConfig config = PathDriver.config(folder, Map.of());
    BaseModel base = BaseModel.check(config.model(), new FakeProvider(), config.learner());
    assertThat(base.spec().classes()).isEqualTo(Events.CLASSES);
    assertThat(base.spec().name()).isEqualTo("fake");
  }

  private static void start(AdaptationConfig config, ModelProvider provider) {
    AdaptationApplication.start(
            config, provider, FakeClock.at(Instant.EPOCH), Duration.ofSeconds(1))
        .close();
  }
}
