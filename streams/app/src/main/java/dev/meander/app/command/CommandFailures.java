package dev.meander.app.command;

import dev.meander.app.Lifetime;
import dev.meander.app.redrive.RedriveRefusedException;
import dev.meander.app.topics.UnreachableException;
import dev.meander.app.versions.VersionRefusedException;
import dev.meander.core.config.ConfigurationException;
import dev.meander.core.files.FileRefusedException;
import dev.meander.core.learner.MemoryShortException;
import dev.meander.core.model.ModelRefusedException;
import dev.meander.schemas.access.MissingRight;
import dev.meander.schemas.kafka.RegistryUnavailableException;
import dev.meander.serving.ServingStartException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.Optional;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/**
 * Turns what a command throws into one message on standard error and an {@link ExitCode}; only a
 * failure nobody expected is logged with where it happened. Set it on the root command.
 *
 * <p>Thread-safety: stateless.
 */
public final class CommandFailures implements IExecutionExceptionHandler {

  private static final Logger LOG = LoggerFactory.getLogger(CommandFailures.class);

  @Override
  public int handleExecutionException(
      Exception failure, CommandLine command, ParseResult arguments) {
    if (!isExpected(failure)) {
      LOG.error("unexpected failure", failure);
    }
    command.getErr().println(command.getColorScheme().errorText(Shown.message(message(failure))));
    command.getErr().flush();
    return code(failure).code();
  }

  private static boolean isExpected(Exception failure) {
    return failure instanceof ConfigurationException
        || failure instanceof ModelRefusedException
        || failure instanceof Lifetime.StoppedException
        || failure instanceof VersionRefusedException
        || failure instanceof RedriveRefusedException
        || failure instanceof KafkaException
        || failure instanceof FileRefusedException
        || failure instanceof UncheckedIOException
        || failure instanceof MemoryShortException
        || isUnreachable(failure);
  }

  private static boolean isUnreachable(Exception failure) {
    return failure instanceof UnreachableException
        || failure instanceof dev.meander.streams.UnreachableException
        || failure instanceof ServingStartException
        || failure instanceof RegistryUnavailableException;
  }

  private static String message(Exception failure) {
    if (!isExpected(failure)) {
      return "unexpected failure: " + failure;
    }
    if (failure instanceof UncheckedIOException files) {
      return files.getMessage() + ": " + reason(files);
    }
    Optional<String> right = MissingRight.of(failure);
    if (right.isPresent()) {
      return right.get();
    }
    boolean ours =
        !(failure instanceof KafkaException) || failure instanceof RegistryUnavailableException;
    return (ours ? "" : "Kafka refused: ") + failure.getMessage();
  }

  /** What a file system says, without the name of a class. */
  private static String reason(UncheckedIOException failed) {
    Throwable failure = failed.getCause() == null ? failed : failed.getCause();
    if (failure instanceof NoSuchFileException) {
      return "there is no " + failure.getMessage();
    }
    if (failure instanceof AccessDeniedException) {
      return "this user may not use " + failure.getMessage();
    }
    return String.valueOf(failure.getMessage());
  }

  private static ExitCode code(Exception failure) {
    if (failure instanceof ConfigurationException || failure instanceof ModelRefusedException) {
      return ExitCode.WRONG_USE;
    }
    if (failure instanceof FileRefusedException file && file.isPlace()) {
      return ExitCode.WRONG_USE;
    }
    if (isUnreachable(failure)) {
      return ExitCode.UNREACHABLE;
    }
    return ExitCode.CHECK_FAILED;
  }
}
