package dev.meander.replay.evaluate;

import dev.meander.core.config.ConfigurationException;
import dev.meander.core.config.Option;
import dev.meander.core.config.Settings;
import dev.meander.core.learner.LearnerConfig;
import dev.meander.core.method.MethodConfig;
import dev.meander.core.method.Methods;
import dev.meander.replay.scenario.Scenario;
import dev.meander.replay.scenario.ScenarioConfig;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What is to be evaluated: every method in every scenario under every seed.
 *
 * @param methods names of methods, at least one
 * @param scenarios at least one
 * @param seeds at least one
 * @param severity of the scenarios with one severity, 1 to 5
 * @param batch samples of one step; the window of the single-sample scenario
 * @param limit images of a segment at most
 * @param given whether images come in the order of the data set
 * @param settings keys of learner and scenario by name
 */
public record EvaluationConfig(
    List<String> methods,
    List<Scenario> scenarios,
    List<Long> seeds,
    int severity,
    int batch,
    int limit,
    boolean given,
    Map<String, String> settings) {

  private static final String SOURCE = "source";
  private static final String ORIGIN = "the options";

  public EvaluationConfig {
    methods = List.copyOf(methods);
    scenarios = List.copyOf(scenarios);
    seeds = List.copyOf(seeds);
    settings = Map.copyOf(settings);
  }

  /** Every key that {@link #settings} may have. */
  public static List<Option<?>> options() {
    List<Option<?>> options = new ArrayList<>(LearnerConfig.OPTIONS);
    options.addAll(ScenarioConfig.OPTIONS);
    options.addAll(PrequentialConfig.OPTIONS);
    return options;
  }

  /**
   * The runs, scenario by scenario and method by method.
   *
   * @throws ConfigurationException with every problem of the settings
   */
  List<RunPlan> plans() {
    if (methods.isEmpty() || scenarios.isEmpty() || seeds.isEmpty()) {
      throw new ConfigurationException(
          ORIGIN, List.of("expected at least one method, scenario and seed, found none"));
    }
    for (String key : List.of(MethodConfig.NAME.key(), LearnerConfig.SEED.key())) {
      if (settings.containsKey(key)) {
        throw new ConfigurationException(
            ORIGIN, List.of(key + ": expected it as an option of its own, found it in --set"));
      }
    }
    List<RunPlan> plans = new ArrayList<>();
    for (Scenario scenario : scenarios) {
      for (String method : methods) {
        for (long seed : seeds) {
          plans.add(plan(scenario, method, seed));
        }
      }
    }
    return plans;
  }

  /**
   * Everything that is wrong with methods and settings, each problem once.
   *
   * @return empty when {@link #plans} would not refuse
   */
  public List<String> problems() {
    Set<String> problems = new LinkedHashSet<>();
    for (String method : methods) {
      try {
        Methods.checkKnown(method);
      } catch (IllegalArgumentException e) {
        problems.add(String.valueOf(e.getMessage()));
        continue;
      }
      add(problems, () -> plan(Scenario.CONTINUAL, method, 1));
    }
    if (methods.stream().noneMatch(Methods.names()::contains)) {
      add(problems, () -> plan(Scenario.CONTINUAL, SOURCE, 1));
    }
    if (problems.isEmpty() && !scenarios.isEmpty()) {
      add(problems, this::plans);
    }
    return List.copyOf(problems);
  }

  private static void add(Set<String> problems, Runnable check) {
    try {
      check.run();
    } catch (ConfigurationException e) {
      problems.addAll(e.problems());
    }
  }

  private RunPlan plan(Scenario scenario, String method, long seed) {
    Map<String, String> raw = new TreeMap<>(settings);
    raw.put(MethodConfig.NAME.key(), method);
    raw.put(LearnerConfig.SEED.key(), Long.toString(seed));
    raw.putIfAbsent(LearnerConfig.BATCH_SIZE.key(), Integer.toString(batch));
    // a batch ends where the scenario says so, never by age
    raw.putIfAbsent(LearnerConfig.BATCH_MIN.key(), "1");
    raw.putIfAbsent(LearnerConfig.BATCH_AGE_MAX.key(), "365d");
    Settings read = Settings.read(ORIGIN, raw, options(), List.of());
    return new RunPlan(
        Settings.check(ORIGIN, () -> LearnerConfig.from(read)),
        scenario,
        Settings.check(ORIGIN, () -> ScenarioConfig.from(read, severity, limit, given)),
        PrequentialConfig.from(read),
        seed);
  }
}
