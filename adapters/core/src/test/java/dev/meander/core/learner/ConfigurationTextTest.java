package dev.meander.core.learner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meander.core.config.Settings;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ConfigurationTextTest {

  private static final Map<String, String> BASE =
      Map.of("method.name", "tent", "method.optimiser", "sgd");

  private static LearnerConfig config(Map<String, String> more) {
    Map<String, String> raw = new HashMap<>(BASE);
    raw.putAll(more);
    return LearnerConfig.from(Settings.read("test", raw, LearnerConfig.OPTIONS, List.of()));
  }

  private static ConfigurationText text(Map<String, String> more) {
    return ConfigurationText.of(config(more));
  }

  /** Every key of a learner with a value that is not its default. */
  static Stream<Arguments> otherValues() {
    Map<String, String> others =
        Map.ofEntries(
            Map.entry("method.name", "bn-1"),
            Map.entry("method.optimiser", "adam"),
            Map.entry("method.learning.rate", "0.25"),
            Map.entry("method.momentum", "0.5"),
            Map.entry("method.nesterov", "false"),
            Map.entry("method.constants", "none"),
            Map.entry("method.memory", "window"),
            Map.entry("method.memory.size", "7"),
            Map.entry("method.memory.every", "3"),
            Map.entry("method.source", "samples.bin"),
            Map.entry("method.source.limit", "9"),
            Map.entry("batch.size", "32"),
            Map.entry("batch.min", "4"),
            Map.entry("batch.age.max", "90ms"),
            Map.entry("statistics.keep", "0.31"),
            Map.entry("statistics.source.share", "0.2"),
            Map.entry("publish.every.steps", "2"),
            Map.entry("seed", "-5"),
            Map.entry("guard.drift.max", "1.5"),
            Map.entry("guard.drift.action", "reset"),
            Map.entry("guard.entropy.min", "0.2"),
            Map.entry("guard.entropy.action", "hold"),
            Map.entry("guard.diversity.min", "0.4"),
            Map.entry("guard.diversity.action", "hold"),
            Map.entry("guard.divergence.max", "3"),
            Map.entry("guard.divergence.action", "rollback"),
            Map.entry("guard.probes", "64"),
            Map.entry("guard.probe.every", "8"));
    assertThat(others.keySet())
        .containsExactlyInAnyOrderElementsOf(
            LearnerConfig.OPTIONS.stream().map(option -> option.key()).toList());
    return others.entrySet().stream().map(entry -> Arguments.of(entry.getKey(), entry.getValue()));
  }

  @ParameterizedTest(name = "{0}={1}")
  @MethodSource("otherValues")
  void shouldDifferExactlyWhereTheDigestDoes(String key, String value) {
    LearnerConfig other = config(Map.of(key, value));
    boolean sameDigest = other.digest().equals(config(Map.of()).digest());
    List<String> differences = text(Map.of()).differences(ConfigurationText.of(other));
    assertThat(differences.isEmpty()).as("%s", differences).isEqualTo(sameDigest);
    if (!sameDigest) {
      assertThat(differences).anyMatch(difference -> difference.startsWith(key + ": "));
    }
  }

  @Test
  void shouldNameEachKeyThatDiffers() {
    assertThat(text(Map.of()).differences(text(Map.of("method.name", "auto", "batch.size", "32"))))
        .containsExactly("batch.size: 64 -> 32", "method.name: tent -> auto");
  }

  @Test
  void shouldReadWhatItWrote() {
    ConfigurationText written = text(Map.of("batch.age.max", "1500ms"));
    assertThat(ConfigurationText.parse(written.toString())).isEqualTo(written);
    assertThat(written.toString().lines().map(line -> line.substring(0, line.indexOf('='))))
        .isSorted();
    assertThat(written.toString().lines())
        .contains("batch.age.max=1500ms", "guard.drift.action=hold", "method.momentum=0.9");
    assertThat(ConfigurationText.parse("no line\n=x\nkey=a=b").values())
        .containsExactly(Map.entry("key", "a=b"));
  }

  @Test
  void shouldSayWhatIsNotSetOnOneSide() {
    assertThat(ConfigurationText.parse("a=1\n").differences(ConfigurationText.parse("b=2\n")))
        .containsExactly("a: 1 -> (not set)", "b: (not set) -> 2");
  }
}
