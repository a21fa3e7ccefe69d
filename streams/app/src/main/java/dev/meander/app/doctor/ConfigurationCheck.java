package dev.meander.app.doctor;

import dev.meander.streams.AdaptationConfig;
import java.nio.file.Path;
import java.util.List;

/** The configuration file, read as {@code run} and {@code serve} read it: every problem of both. */
final class ConfigurationCheck implements Check {

  @Override
  public String subject() {
    return "configuration";
  }

  @Override
  public List<Finding> find(Examined examined) {
    Path file = examined.connection().config();
    if (file == null) {
      return List.of();
    }
    Configured configured = examined.configured();
    if (!configured.problems().isEmpty()) {
      return configured.problems().stream()
          .map(problem -> Finding.fail(subject(), problem, ""))
          .toList();
    }
    AdaptationConfig adaptation = configured.adaptation();
    if (adaptation == null) {
      throw new IllegalStateException("a configuration without problems was read");
    }
    return List.of(
        Finding.ok(
            subject(),
            "%s: method %s, batches of %d"
                .formatted(
                    file, adaptation.learner().method().name(), adaptation.learner().batchSize())));
  }
}
