package dev.meander.replay.evaluate;

import dev.meander.core.model.ModelSpec;
import dev.meander.replay.scenario.Domains;
import java.util.List;
import java.util.Map;

/**
 * What an evaluation found. The component names are the keys of {@code report.json}.
 *
 * @param data name of the data set
 * @param dataDigest identity of its images
 * @param model name of the model
 * @param modelDigest SHA-256 of its file
 * @param engine name and version
 * @param severity of the scenarios with one severity
 * @param batch samples of one step
 * @param order {@code shuffled} or {@code given}
 * @param settings keys that were set
 * @param runs results, scenario by scenario
 */
public record EvaluationReport(
    String data,
    String dataDigest,
    String model,
    String modelDigest,
    String engine,
    int severity,
    int batch,
    String order,
    Map<String, String> settings,
    List<RunResult> runs) {

  static EvaluationReport of(
      Domains domains, ModelSpec spec, EvaluationConfig config, List<RunResult> runs) {
    return new EvaluationReport(
        domains.name(),
        domains.digest().hex(),
        spec.name(),
        spec.baseSha256().hex(),
        spec.engine(),
        config.severity(),
        config.batch(),
        config.given() ? "given" : "shuffled",
        config.settings(),
        runs);
  }
}
