package dev.meander.replay.evaluate;

import dev.meander.core.config.ConfigurationException;
import dev.meander.core.method.Methods;
import dev.meander.core.method.SourceBatches;
import dev.meander.core.method.SourceConfig;
import dev.meander.core.model.ModelSpec;
import dev.meander.core.tensor.LabelledBatch;
import dev.meander.core.weights.Sha256;
import dev.meander.replay.scenario.Domains;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Which source samples a run has: those of the file that {@code method.source} names, as in an
 * application; else those that belong to the data.
 */
final class SourceChoice {

  private static final int PROBE_BATCH = 64;

  private final Domains domains;
  private final ModelSpec model;

  SourceChoice(Domains domains, ModelSpec model) {
    this.domains = domains;
    this.model = model;
  }

  /**
   * Looks for what would stop a run, before any is made.
   *
   * @throws ConfigurationException with every problem
   */
  void check(List<RunPlan> plans) {
    Set<String> problems = new LinkedHashSet<>();
    for (RunPlan plan : plans) {
      SourceConfig named = plan.learner().method().source();
      if (!named.equals(SourceConfig.NONE) && isNamed(plan)) {
        checkFile(named, problems);
      } else if (domains.source() == null && Methods.declaration(plan.method()).needsSource()) {
        problems.add(
            "method "
                + plan.method()
                + ": expected source samples, found none; --source or --first gives some, eta and"
                + " rmt-source-free need none");
      }
    }
    if (!problems.isEmpty()) {
      throw new ConfigurationException("--method", List.copyOf(problems));
    }
  }

  private void checkFile(SourceConfig named, Set<String> problems) {
    try {
      for (LabelledBatch batch : named.read(model, PROBE_BATCH).batches()) {
        int wrong =
            IntStream.of(batch.labels())
                .filter(label -> label >= model.classes())
                .findFirst()
                .orElse(-1);
        if (wrong >= 0) {
          throw new IllegalArgumentException(
              "method.source: expected labels of 0 to %d, found %d in %s"
                  .formatted(model.classes() - 1, wrong, named.file()));
        }
      }
    } catch (IllegalArgumentException e) {
      problems.add(String.valueOf(e.getMessage()));
    }
  }

  private static boolean isNamed(RunPlan plan) {
    return !plan.learner().method().source().file().equals(SourceConfig.NONE.file());
  }

  /** Identity of the data and of the source samples. */
  Sha256 identity(RunPlan plan) {
    if (!isNamed(plan)) {
      return domains.digest();
    }
    try {
      byte[] source = Files.readAllBytes(Path.of(plan.learner().method().source().file()));
      String both = domains.digest().hex() + " with " + Sha256.of(source).hex();
      return Sha256.of(both.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new ConfigurationException(
          "--method", List.of("method.source: expected a file that can be read, found " + e));
    }
  }

  /** The samples of a run. */
  SourceBatches batches(RunPlan plan) {
    int batch = plan.learner().batchSize();
    return isNamed(plan)
        ? plan.learner().method().source().read(model, batch)
        : SourceImages.batches(domains.source(), plan.stream().sourceSamples(), batch);
  }
}
