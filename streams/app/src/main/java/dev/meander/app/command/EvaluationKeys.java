package dev.meander.app.command;

import dev.meander.app.PropertiesFile;
import dev.meander.core.config.Option;
import dev.meander.core.learner.LearnerConfig;
import dev.meander.replay.evaluate.EvaluationConfig;
import dev.meander.serving.ServingConfig;
import dev.meander.streams.AdaptationConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The keys of an evaluation: those of a configuration file of {@code run} that concern learners,
 * and those of {@code --set}, which win.
 *
 * @param used keys that an evaluation reads, and unknown ones, which it refuses
 * @param file keys of the file as they are there
 * @param unused keys that are known and change nothing
 */
record EvaluationKeys(Map<String, String> used, Map<String, String> file, List<String> unused) {

  /** A batch ends where the scenario says so. */
  private static final Set<String> BATCH_ENDS =
      Set.of(LearnerConfig.BATCH_MIN.key(), LearnerConfig.BATCH_AGE_MAX.key());

  private static final List<String> PASSED_ON = List.of("kafka.", "registry.");

  /**
   * Sorts keys.
   *
   * @param config a configuration file; null for none
   * @param set the keys of {@code --set}
   */
  static EvaluationKeys of(@Nullable Path config, Map<String, String> set) {
    Map<String, String> file =
        config == null ? Map.of() : new TreeMap<>(PropertiesFile.read(config));
    Set<String> own =
        EvaluationConfig.options().stream().map(Option::key).collect(Collectors.toSet());
    Set<String> programs =
        Stream.concat(AdaptationConfig.OPTIONS.stream(), ServingConfig.OPTIONS.stream())
            .map(Option::key)
            .collect(Collectors.toSet());
    Map<String, String> used = new TreeMap<>();
    List<String> unused = new ArrayList<>();
    file.forEach(
        (key, value) -> {
          boolean passed = PASSED_ON.stream().anyMatch(key::startsWith);
          if (passed || !own.contains(key) && programs.contains(key)) {
            unused.add(key);
          } else {
            used.put(key, value);
          }
        });
    used.putAll(set);
    BATCH_ENDS.stream().sorted().filter(key -> used.remove(key) != null).forEach(unused::add);
    return new EvaluationKeys(used, file, unused);
  }

  /** Takes a key that an option of its own stands for; null when the file has none. */
  @Nullable String take(String key, Map<String, String> set) {
    return set.containsKey(key) ? null : used.remove(key);
  }
}
