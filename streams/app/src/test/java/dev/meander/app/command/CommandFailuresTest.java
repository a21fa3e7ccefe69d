package dev.meander.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meander.app.topics.UnreachableException;
import dev.meander.core.config.ConfigurationException;
import dev.meander.core.model.ModelRefusedException;
import dev.meander.schemas.kafka.RegistryUnavailableException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;

class CommandFailuresTest {

  @Command(name = "failing")
  private record Failing(Exception failure) implements Callable<Integer> {

    @Override
    public Integer call() throws Exception {
      throw failure;
    }
  }

  @Test
  void shouldGiveEveryFailureItsCodeAndOneMessage() {
    assertFailure(
        new ConfigurationException("f", List.of("expected a, found b")),
        2,
        "1 problem in f:\n  expected a, found b\n");
    assertFailure(new ModelRefusedException("expected a model"), 2, "expected a model\n");
    assertFailure(
        new UnreachableException("cannot reach x", new IOException()), 3, "cannot reach x\n");
    assertFailure(
        new RegistryUnavailableException("cannot ask", new IOException()), 3, "cannot ask\n");
    assertFailure(new InvalidTopicException("bad name"), 1, "Kafka refused: bad name\n");
    assertFailure(
        new IllegalStateException("broken"),
        1,
        "unexpected failure: java.lang.IllegalStateException: broken\n");
  }

  private static void assertFailure(Exception failure, int code, String message) {
    StringWriter err = new StringWriter();
    int found =
        new CommandLine(new Failing(failure))
            .setErr(new PrintWriter(err))
            .setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF))
            .setExecutionExceptionHandler(new CommandFailures())
            .execute();
    assertThat(found).isEqualTo(code);
    assertThat(err.toString().replace(System.lineSeparator(), "\n")).isEqualTo(message);
  }
}
