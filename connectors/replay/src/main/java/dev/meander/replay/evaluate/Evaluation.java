package dev.meander.replay.evaluate;

import dev.meander.core.config.ConfigurationException;
import dev.meander.core.method.MethodNeeds;
import dev.meander.core.method.SourceBatches;
import dev.meander.core.model.AdaptableModel;
import dev.meander.core.model.ModelProvider;
import dev.meander.core.model.ModelSource;
import dev.meander.core.model.ModelSpec;
import dev.meander.core.weights.Sha256;
import dev.meander.replay.evaluate.ScenarioRun.Modules;
import dev.meander.replay.scenario.Domains;
import dev.meander.replay.scenario.ScenarioStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongSupplier;

/**
 * Makes every run of a configuration that is not there yet, several side by side. Each run has
 * modules of its own, so results do not depend on how many run at once.
 *
 * <p>Thread-safety: none.
 */
public final class Evaluation {

  private static final String RUNS = "runs";

  private final EvaluationConfig config;
  private final Domains domains;
  private final ModelProvider provider;
  private final ModelSource model;
  private final LongSupplier nanoTime;

  /**
   * @param domains images, shared by all runs
   * @param provider opens the model, twice a run
   * @param model its input shape is the images'
   * @param nanoTime measures the cost
   */
  public Evaluation(
      EvaluationConfig config,
      Domains domains,
      ModelProvider provider,
      ModelSource model,
      LongSupplier nanoTime) {
    this.config = config;
    this.domains = domains;
    this.provider = provider;
    this.model = model;
    this.nanoTime = nanoTime;
  }

  /** A run that is still to be made. */
  private record Missing(RunPlan plan, Sha256 key, int samples) {}

  /**
   * Runs what is missing.
   *
   * @param out finished runs are kept in its folder {@code runs}
   * @param threads runs at once, at least 1
   * @return all results, in the order of the configuration
   * @throws ConfigurationException when settings, scenario or model do not fit; nothing was run
   */
  public EvaluationReport run(Path out, int threads, EvaluationProgress progress)
      throws InterruptedException {
    List<RunPlan> plans = config.plans();
    RunFiles files = new RunFiles(out.resolve(RUNS));
    Map<Sha256, RunResult> results = new LinkedHashMap<>();
    List<Sha256> order = new ArrayList<>();
    List<Missing> missing = new ArrayList<>();
    ModelSpec spec;
    try (AdaptableModel first = provider.open(model)) {
      spec = first.spec();
    }
    check(spec);
    SourceChoice source = new SourceChoice(domains, spec);
    source.check(plans);
    Sha256 program = ProgramDigest.of(provider.getClass());
    for (RunPlan plan : plans) {
      Sha256 key = plan.key(spec, source.identity(plan), program);
      order.add(key);
      files
          .find(key)
          .ifPresentOrElse(
              kept -> results.put(key, kept),
              () -> missing.add(new Missing(plan, key, lay(plan).size())));
    }
    long samples = missing.stream().mapToLong(Missing::samples).sum();
    progress.begin(missing.size(), results.size(), samples);
    results.putAll(runAll(missing, files, threads, progress));
    List<RunResult> runs = order.stream().map(results::get).toList();
    return EvaluationReport.of(domains, spec, config, runs);
  }

  private void check(ModelSpec spec) {
    int classes = domains.classNames().size();
    if (spec.classes() != classes) {
      throw new ConfigurationException(
          "--model",
          List.of(
              "expected a model of "
                  + classes
                  + " classes for "
                  + domains.name()
                  + ", found "
                  + spec.classes()
                  + " in "
                  + model.file()));
    }
    List<String> problems =
        config.plans().stream()
            .map(plan -> plan.learner().method())
            .distinct()
            .flatMap(method -> MethodNeeds.problems(method, spec).stream())
            .distinct()
            .toList();
    if (!problems.isEmpty()) {
      throw new ConfigurationException("--method", problems);
    }
  }

  /** Long streams are laid out twice, before and in their run, so that few are in memory. */
  private ScenarioStream lay(RunPlan plan) {
    try {
      return ScenarioStream.of(plan.scenario(), plan.stream(), domains, plan.seed());
    } catch (IllegalArgumentException e) {
      throw new ConfigurationException(
          "--scenario " + plan.scenario().label(), List.of(String.valueOf(e.getMessage())));
    }
  }

  private Map<Sha256, RunResult> runAll(
      List<Missing> missing, RunFiles files, int threads, EvaluationProgress progress)
      throws InterruptedException {
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    Map<Sha256, RunResult> results = new LinkedHashMap<>();
    try {
      Map<Sha256, Future<RunResult>> running = new LinkedHashMap<>();
      for (Missing run : missing) {
        running.put(run.key, pool.submit(() -> make(run, files, progress)));
      }
      for (Map.Entry<Sha256, Future<RunResult>> run : running.entrySet()) {
        results.put(run.getKey(), run.getValue().get());
      }
      return results;
    } catch (ExecutionException e) {
      throw failure(e);
    } finally {
      pool.shutdownNow();
    }
  }

  private static RuntimeException failure(ExecutionException e) {
    if (e.getCause() instanceof RuntimeException failure) {
      return failure;
    }
    return new IllegalStateException("a run failed", e.getCause());
  }

  private RunResult make(Missing run, RunFiles files, EvaluationProgress progress)
      throws InterruptedException {
    try (AdaptableModel learning = provider.open(model);
        AdaptableModel serving = provider.open(model)) {
      RunResult result = start(run, learning, serving).run(progress::advanced);
      files.keep(run.key, result);
      progress.finished(result);
      return result;
    }
  }

  private ScenarioRun start(Missing run, AdaptableModel learning, AdaptableModel serving) {
    SourceBatches source = new SourceChoice(domains, learning.spec()).batches(run.plan);
    try {
      return new ScenarioRun(
          run.plan, run.key, lay(run.plan), new Modules(learning, serving, source), nanoTime);
    } catch (IllegalArgumentException e) {
      throw new ConfigurationException("--method", List.of(String.valueOf(e.getMessage())));
    }
  }
}
