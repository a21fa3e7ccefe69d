package dev.meander.app.command;

import dev.meander.app.Lifetime;
import dev.meander.app.ProgramFile;
import dev.meander.serving.ServingConfig;
import dev.meander.serving.ServingNode;
import dev.meander.serving.ServingResources;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code meander serve}: a serving node, until it is told to stop. */
@Command(
    name = "serve",
    mixinStandardHelpOptions = true,
    description = {
      "Runs a serving node until SIGTERM or Ctrl-C:",
      "Open Inference Protocol v2 over HTTP, traffic out, adapters in."
    })
public final class ServeCommand implements Callable<Integer> {

  @Option(
      names = "--config",
      paramLabel = "FILE",
      required = true,
      description = "Configuration file, key=value lines.")
  @SuppressWarnings("NullAway.Init") // required
  private Path config;

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    ServingConfig serving = ProgramFile.serving(config);
    try (Lifetime lifetime = new Lifetime()) {
      ServingNode node =
          lifetime.open(() -> new ServingNode(serving, ServingResources.of(serving)));
      node.start();
      new Output(spec).line("node " + serving.node() + " answers on port " + node.port());
      lifetime.awaitStop();
      return ExitCode.DONE.code();
    }
  }
}
