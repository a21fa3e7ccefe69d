package dev.meander.replay.evaluate;

import dev.meander.core.learner.LearnerConfig;
import dev.meander.core.model.ModelSpec;
import dev.meander.core.weights.Sha256;
import dev.meander.replay.scenario.Scenario;
import dev.meander.replay.scenario.ScenarioConfig;
import java.nio.charset.StandardCharsets;

/**
 * One run: a method in a scenario under a seed.
 *
 * @param learner the learner's configuration; names the method
 * @param stream what the stream depends on
 * @param prequential how the error of a recorded stream is followed
 */
record RunPlan(
    LearnerConfig learner,
    Scenario scenario,
    ScenarioConfig stream,
    PrequentialConfig prequential,
    long seed) {

  String method() {
    return learner.method().name();
  }

  /** For people. */
  String name() {
    return method() + ", " + scenario.label() + ", seed " + seed;
  }

  /**
   * Digest of everything the run's result depends on, the program itself included.
   *
   * @param data identity of the data and of source samples that are given beside it
   */
  Sha256 key(ModelSpec model, Sha256 data, Sha256 program) {
    String text =
        String.join(
            "\n",
            learner.toString(),
            scenario.label(),
            stream.toString(),
            prequential.toString(),
            Long.toString(seed),
            model.baseSha256().hex(),
            model.engine(),
            Integer.toString(model.engineThreads()),
            data.hex(),
            program.hex());
    return Sha256.of(text.getBytes(StandardCharsets.UTF_8));
  }
}
