package dev.meander.core.learner;

import dev.meander.core.config.Option;
import dev.meander.core.guard.CollapseConfig;
import dev.meander.core.guard.GuardConfig;
import dev.meander.core.memory.MemoryConfig;
import dev.meander.core.method.MethodConfig;
import dev.meander.core.method.Methods;
import dev.meander.core.method.SourceConfig;
import dev.meander.core.optimise.OptimiserConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * A learner's configuration as sorted {@code key=value} lines, so that it can lie on the log beside
 * what was made with it and two can be compared key by key. Holds the keys of {@link
 * LearnerConfig#OPTIONS} that have a meaning under the others, and no secret.
 *
 * <p>Thread-safety: immutable.
 *
 * @param values texts by key
 */
public record ConfigurationText(SortedMap<String, String> values) {

  private static final String ABSENT = "none";

  public ConfigurationText {
    values = Collections.unmodifiableSortedMap(new TreeMap<>(values));
  }

  /** The text of {@code config}; equal for equal configurations. */
  public static ConfigurationText of(LearnerConfig config) {
    TreeMap<String, String> values = new TreeMap<>();
    put(values, LearnerConfig.BATCH_SIZE, config.batchSize());
    put(values, LearnerConfig.BATCH_MIN, config.batchMin());
    put(values, LearnerConfig.BATCH_AGE_MAX, config.batchAgeMax());
    put(values, LearnerConfig.STATISTICS_KEEP, config.statisticsKeep());
    put(values, LearnerConfig.STATISTICS_SOURCE_SHARE, config.statisticsSourceShare());
    put(values, LearnerConfig.PUBLISH_EVERY, config.publishEverySteps());
    put(values, LearnerConfig.SEED, config.seed());
    method(values, config.method());
    guard(values, config.guard());
    return new ConfigurationText(values);
  }

  private static void method(TreeMap<String, String> values, MethodConfig method) {
    put(values, MethodConfig.NAME, method.name());
    OptimiserConfig optimiser =
        method.optimiser() == null
            ? Methods.declaration(method.name()).optimiser()
            : method.optimiser();
    if (optimiser == null) {
      put(values, MethodConfig.RULE, MethodConfig.Rule.OWN);
    } else {
      put(values, MethodConfig.RULE, optimiser.rule());
      put(values, MethodConfig.LEARNING_RATE, optimiser.learningRate());
      put(values, MethodConfig.MOMENTUM, optimiser.momentum());
      put(values, MethodConfig.NESTEROV, optimiser.nesterov());
      values.put("method.optimiser.epsilon", text(optimiser.epsilon()));
      values.put("method.optimiser.weight.decay", text(optimiser.weightDecay()));
    }
    put(
        values,
        MethodConfig.CONSTANTS,
        method.constants().isEmpty()
            ? ABSENT
            : new TreeMap<>(method.constants())
                .entrySet().stream()
                    .map(constant -> constant.getKey() + "=" + text(constant.getValue()))
                    .collect(Collectors.joining(", ")));
    if (!method.augmentations().isEmpty()) {
      values.put("method.augmentations", String.valueOf(method.augmentations()));
    }
    put(values, MemoryConfig.KIND, method.memory().kind());
    put(values, MemoryConfig.SIZE, method.memory().size());
    put(values, MemoryConfig.EVERY, method.memory().every());
    put(values, SourceConfig.FILE, method.source().file());
    put(values, SourceConfig.LIMIT, method.source().limit());
  }

  private static void guard(TreeMap<String, String> values, GuardConfig guard) {
    put(values, GuardConfig.DRIFT_MAX, guard.driftMax());
    put(values, GuardConfig.DRIFT_ACTION, guard.onDrift());
    CollapseConfig collapse = guard.collapse();
    put(values, CollapseConfig.ENTROPY_MIN, collapse.entropyMin());
    put(values, CollapseConfig.ENTROPY_ACTION, collapse.onEntropy());
    put(values, CollapseConfig.DIVERSITY_MIN, collapse.diversityMin());
    put(values, CollapseConfig.DIVERSITY_ACTION, collapse.onDiversity());
    put(values, CollapseConfig.DIVERGENCE_MAX, collapse.divergenceMax());
    put(values, CollapseConfig.DIVERGENCE_ACTION, collapse.onDivergence());
    put(values, CollapseConfig.PROBES, collapse.probes());
    put(values, CollapseConfig.PROBE_EVERY, collapse.probeEvery());
  }

  private static void put(TreeMap<String, String> values, Option<?> option, Object value) {
    values.put(option.key(), text(value));
  }

  /** A value as a configuration file would have it, numbers with all their digits. */
  private static String text(Object value) {
    if (value instanceof Double number && number == Math.rint(number) && Math.abs(number) < 1e15) {
      return String.valueOf(number.longValue());
    }
    if (value instanceof Enum<?> constant) {
      return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
    if (value instanceof Duration duration) {
      return duration.toMillis() % 1_000 == 0
          ? duration.toSeconds() + "s"
          : duration.toMillis() + "ms";
    }
    return String.valueOf(value);
  }

  /** Reads what {@link #toString} wrote; a line without {@code =} is passed over. */
  public static ConfigurationText parse(String text) {
    TreeMap<String, String> values = new TreeMap<>();
    text.lines()
        .filter(line -> line.indexOf('=') > 0)
        .forEach(
            line ->
                values.put(
                    line.substring(0, line.indexOf('=')), line.substring(line.indexOf('=') + 1)));
    return new ConfigurationText(values);
  }

  /** What is another in {@code later}, in order of key: {@code batch.size: 64 -> 32}. */
  public List<String> differences(ConfigurationText later) {
    TreeSet<String> keys = new TreeSet<>(values.keySet());
    keys.addAll(later.values.keySet());
    List<String> differences = new ArrayList<>();
    for (String key : keys) {
      String before = values.getOrDefault(key, "(not set)");
      String after = later.values.getOrDefault(key, "(not set)");
      if (!before.equals(after)) {
        differences.add(key + ": " + before + " -> " + after);
      }
    }
    return differences;
  }

  /** One {@code key=value} line for each key, sorted. */
  @Override
  public String toString() {
    return values.entrySet().stream()
        .map(entry -> entry.getKey() + "=" + entry.getValue() + "\n")
        .collect(Collectors.joining());
  }
}
