package dev.meander.core.learner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meander.core.config.ConfigurationException;
import dev.meander.core.config.Option;
import dev.meander.core.config.Settings;
import dev.meander.core.gate.GateConfig;
import dev.meander.core.guard.CollapseConfig;
import dev.meander.core.guard.GuardConfig;
import dev.meander.core.guard.Reaction;
import dev.meander.core.memory.MemoryConfig;
import dev.meander.core.method.MethodConfig;
import dev.meander.core.method.Methods;
import dev.meander.core.method.SourceConfig;
import dev.meander.core.optimise.OptimiserConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Gate and learner settings: defaults, a full mapping, and every relation that is refused. */
class ConfigsTest {

  private static final List<Option<?>> OPTIONS = options();

  private static List<Option<?>> options() {
    List<Option<?>> options = new ArrayList<>(GateConfig.OPTIONS);
    options.addAll(LearnerConfig.OPTIONS);
    return options;
  }

  @Test
  void shouldGiveTheDefaultsWhenNothingIsSet() {
    Settings settings = Settings.read("here", Map.of(), OPTIONS, List.of());
    assertThat(GateConfig.from(settings)).isEqualTo(new GateConfig(1, 0, 1, .9, false, 500));
    assertThat(LearnerConfig.from(settings))
        .isEqualTo(
            new LearnerConfig(
                MethodConfig.named("auto"),
                new GuardConfig(1),
                64,
                16,
                Duration.ofMinutes(5),
                .3,
                .1,
                1,
                1));
  }

  @Test
  void shouldMapEveryKey() {
    Map<String, String> raw =
        Map.ofEntries(
            Map.entry("gate.entropy.max.fraction", "0.4"),
            Map.entry("gate.entropy.min.fraction", "0.01"),
            Map.entry("gate.redundancy.max.cosine", "0.95"),
            Map.entry("gate.redundancy.keep", "0.8"),
            Map.entry("gate.entropy.adaptive", "true"),
            Map.entry("gate.entropy.warm-up.events", "7"),
            Map.entry("method.name", "alpha-bn"),
            Map.entry("method.optimiser", "sgd"),
            Map.entry("method.learning.rate", "0.002"),
            Map.entry("method.momentum", "0.7"),
            Map.entry("method.nesterov", "false"),
            Map.entry("method.constants", "alpha=0.3"),
            Map.entry("method.memory", "window"),
            Map.entry("method.memory.size", "100"),
            Map.entry("method.memory.every", "7"),
            Map.entry("method.source", "source.bin"),
            Map.entry("method.source.limit", "300"),
            Map.entry("batch.size", "10"),
            Map.entry("batch.min", "3"),
            Map.entry("batch.age.max", "2s"),
            Map.entry("statistics.keep", "0.6"),
            Map.entry("statistics.source.share", "0.2"),
            Map.entry("publish.every.steps", "4"),
            Map.entry("seed", "-9"),
            Map.entry("guard.drift.max", "0.5"),
            Map.entry("guard.drift.action", "rollback"),
            Map.entry("guard.entropy.min", "0.2"),
            Map.entry("guard.entropy.action", "hold"),
            Map.entry("guard.diversity.min", "0.3"),
            Map.entry("guard.diversity.action", "rollback"),
            Map.entry("guard.divergence.max", "7"),
            Map.entry("guard.divergence.action", "reset"),
            Map.entry("guard.probes", "40"),
            Map.entry("guard.probe.every", "3"));
    assertThat(OPTIONS.stream().map(Option::key))
        .as("a new option is mapped here too")
        .containsExactlyInAnyOrderElementsOf(raw.keySet());

    Settings settings = Settings.read("here", raw, OPTIONS, List.of());

    assertThat(GateConfig.from(settings)).isEqualTo(new GateConfig(.4, .01, .95, .8, true, 7));
    assertThat(LearnerConfig.from(settings))
        .isEqualTo(
            new LearnerConfig(
                new MethodConfig(
                    "alpha-bn",
                    OptimiserConfig.sgd(.002, .7, false),
                    Map.of("alpha", .3),
                    List.of(),
                    new MemoryConfig(MemoryConfig.Kind.WINDOW, 100, 7),
                    new SourceConfig("source.bin", 300)),
                new GuardConfig(
                    .5,
                    Reaction.ROLLBACK,
                    new CollapseConfig(
                        .2, Reaction.HOLD, .3, Reaction.ROLLBACK, 7, Reaction.RESET, 40, 3)),
                10,
                3,
                Duration.ofSeconds(2),
                .6,
                .2,
                4,
                -9));
  }

  @Test
  void shouldSayWhatEveryOptionMeans() {
    Map<String, Integer> keys = new TreeMap<>();
    for (Option<?> option : OPTIONS) {
      keys.merge(option.key(), 1, Integer::sum);
      assertThat(option.meaning()).as(option.key()).endsWith(".").hasSizeGreaterThan(10);
      assertThat(option.range()).as(option.key()).isNotBlank();
    }
    assertThat(keys.values()).as("keys are unique").containsOnly(1);
  }

  @Test
  void shouldRefuseAMistypedMethodTogetherWithTheOtherProblems() {
    assertThatThrownBy(
            () ->
                Settings.read(
                    "here", Map.of("method.name", "tnet", "batch.size", "0"), OPTIONS, List.of()))
        .isInstanceOf(ConfigurationException.class)
        .hasMessage(
            """
            2 problems in here:
              batch.size: expected a whole number of 1 to 4096, found "0"
              method.name: expected one of %s, found "tnet", did you mean tent?"""
                .formatted(String.join(", ", Methods.names())));
  }

  @Test
  void shouldRefuseValuesThatContradictEachOther() {
    assertThatThrownBy(() -> new GateConfig(.3, .3, 1, .9, false, 1))
        .hasMessage(
            "expected gate.entropy.min.fraction below gate.entropy.max.fraction,"
                + " found 0.3 and 0.3");
    refusesLearner(
        Map.of("batch.size", "8"), "expected batch.min at most batch.size, found 16 and 8");
    refusesLearner(
        Map.of("method.optimiser", "sgd", "method.momentum", "0"),
        "expected method.momentum > 0 with method.nesterov, found 0");
    assertThatThrownBy(() -> MethodConfig.named("tnet"))
        .hasMessage(
            "method.name: expected one of %s, found \"tnet\", did you mean tent?"
                .formatted(String.join(", ", Methods.names())));
    assertThat(Methods.names()).isSorted().contains("source", "tent");
    refusesLearner(
        Map.of("method.name", "tent", "method.constants", "alpha=0.3"),
        "method.constants: expected none with method tent, found alpha");
    refusesLearner(
        Map.of("method.name", "rotta", "method.memory", "balanced-reservoir"),
        "method.memory: expected none with method rotta, which has a bank of its own,"
            + " found balanced-reservoir");
    refusesLearner(
        Map.of("method.name", "alpha-bn", "method.constants", "alpha=2"),
        "alpha: expected a number of 1.0E-6 to 0.999999, found 2.0");
  }

  @Test
  void shouldChangeTheDigestWhenAnyValueChanges() {
    List<LearnerConfig> configs = new ArrayList<>();
    Map<String, String> base = Map.of("method.name", "alpha-bn", "method.optimiser", "sgd");
    configs.add(learner(base));
    Map<String, String> other =
        Map.ofEntries(
            Map.entry("method.name", "bn-1"),
            Map.entry("method.optimiser", "adam"),
            Map.entry("method.learning.rate", "0.002"),
            Map.entry("method.momentum", "0.7"),
            Map.entry("method.nesterov", "false"),
            Map.entry("method.constants", "alpha=0.3"),
            Map.entry("method.memory", "window"),
            Map.entry("method.memory.size", "100"),
            Map.entry("method.memory.every", "7"),
            Map.entry("method.source", "source.bin"),
            Map.entry("method.source.limit", "300"),
            Map.entry("batch.size", "65"),
            Map.entry("batch.min", "3"),
            Map.entry("batch.age.max", "2s"),
            Map.entry("statistics.keep", "0.6"),
            Map.entry("statistics.source.share", "0.2"),
            Map.entry("publish.every.steps", "4"),
            Map.entry("seed", "2"),
            Map.entry("guard.drift.max", "0.5"),
            Map.entry("guard.drift.action", "rollback"),
            Map.entry("guard.entropy.min", "0.2"),
            Map.entry("guard.entropy.action", "hold"),
            Map.entry("guard.diversity.min", "0.3"),
            Map.entry("guard.diversity.action", "rollback"),
            Map.entry("guard.divergence.max", "7"),
            Map.entry("guard.divergence.action", "reset"),
            Map.entry("guard.probes", "40"),
            Map.entry("guard.probe.every", "3"));
    other.forEach(
        (key, value) -> {
          Map<String, String> raw = new TreeMap<>(base);
          raw.put(key, value);
          configs.add(learner(raw));
        });
    assertThat(configs).hasSize(LearnerConfig.OPTIONS.size() + 1);
    assertThat(configs.stream().map(LearnerConfig::digest)).doesNotHaveDuplicates();
    assertThat(learner(base).digest()).isEqualTo(configs.get(0).digest());
  }

  private static LearnerConfig learner(Map<String, String> raw) {
    return LearnerConfig.from(Settings.read("here", raw, OPTIONS, List.of()));
  }

  private static void refusesLearner(Map<String, String> raw, String problem) {
    assertThatThrownBy(() -> Settings.check("here", () -> learner(raw)))
        .isInstanceOf(ConfigurationException.class)
        .hasMessage("1 problem in here:\n  " + problem);
  }
}
