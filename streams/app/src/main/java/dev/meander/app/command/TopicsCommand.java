package dev.meander.app.command;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code meander topics}: the topics of the catalogue on a cluster. */
@Command(
    name = "topics",
    description = "The topics of the catalogue on a cluster.",
    mixinStandardHelpOptions = true,
    subcommands = {TopicsCreateCommand.class, TopicsAclsCommand.class})
public final class TopicsCommand implements Runnable {

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "expected a subcommand: create, acls");
  }
}
