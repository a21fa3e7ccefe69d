package dev.meander.app.command;

import dev.meander.app.Lifetime;
import dev.meander.app.ProgramFile;
import dev.meander.core.model.ModelProvider;
import dev.meander.streams.AdaptationApplication;
import dev.meander.streams.AdaptationConfig;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code meander run}: the learner application, until it is told to stop. */
@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    description =
        "Runs the learner application (gate, learners, guard, publish) on a cluster until SIGTERM or Ctrl-C.")
public final class RunCommand implements Callable<Integer> {

  private static final Duration LOOK = Duration.ofSeconds(1);

  @Option(
      names = "--config",
      paramLabel = "FILE",
      required = true,
      description = "Configuration file, key=value lines.")
  @SuppressWarnings("NullAway.Init") // required
  private Path config;

  @Override
  public Integer call() throws Exception {
    AdaptationConfig adaptation = ProgramFile.adaptation(config);
    try (Lifetime lifetime = new Lifetime()) {
      AdaptationApplication application =
          lifetime.open(
              () ->
                  AdaptationApplication.start(
                      adaptation, ModelProvider.forSource(adaptation.model()), Clock.systemUTC()));
      while (!lifetime.isStopping() && !application.awaitEnd(LOOK)) {
        // the application works on threads of its own
      }
      return (application.failure().isPresent() ? ExitCode.CHECK_FAILED : ExitCode.DONE).code();
    }
  }
}
