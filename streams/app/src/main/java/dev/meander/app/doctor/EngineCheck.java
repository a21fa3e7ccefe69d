package dev.meander.app.doctor;

import dev.meander.core.model.ModelProvider;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;

/** The engines on the class path. */
final class EngineCheck implements Check {

  @Override
  public String subject() {
    return "engine";
  }

  @Override
  public List<Finding> find(Examined examined) {
    List<String> engines;
    try {
      engines =
          ServiceLoader.load(ModelProvider.class).stream()
              .map(provider -> provider.get().engine())
              .sorted()
              .toList();
    } catch (ServiceConfigurationError e) {
      return List.of(
          Finding.fail(
              subject(), String.valueOf(e.getMessage()), "rebuild the program, a jar is damaged"));
    }
    return List.of(
        engines.isEmpty()
            ? Finding.fail(
                subject(),
                "expected an engine on the class path, found none",
                "add a jar such as meander-djl")
            : Finding.ok(subject(), String.join(", ", engines)));
  }
}
