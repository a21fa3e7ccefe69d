package dev.meander.app.command;

import dev.meander.schemas.CommandKind;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * The commands that change what a lineage serves or learns. Each writes one record and waits for
 * its answer; exit codes: 0 done, 1 refused, 2 wrong use, 3 the cluster or the application does not
 * answer.
 */
public final class OrderCommands {

  private static final String CODES =
      "Exit codes: 0 done, 1 refused, 2 wrong use, 3 nobody answers.";

  private OrderCommands() {}

  /** {@code meander rollback}. */
  @Command(
      name = "rollback",
      description = {
        "Makes an older version live and pins it, so that the next one published does not undo it.",
        CODES
      })
  public static final class Rollback implements Callable<Integer> {

    @Mixin private final OrderOptions order = new OrderOptions();

    @Option(
        names = "--version",
        paramLabel = "N",
        description = "Version to serve, 0 for the base model; the previous one by default.")
    private @Nullable Long version;

    @Override
    public Integer call() {
      return order.order(CommandKind.ROLLBACK, version);
    }
  }

  /** {@code meander promote}. */
  @Command(
      name = "promote",
      description = {"Makes a newer version live, unless another one is pinned.", CODES})
  public static final class Promote implements Callable<Integer> {

    @Mixin private final OrderOptions order = new OrderOptions();

    @Option(
        names = "--version",
        paramLabel = "N",
        description = "Version to serve; the newest by default.")
    private @Nullable Long version;

    @Override
    public Integer call() {
      return order.order(CommandKind.PROMOTE, version);
    }
  }

  /** {@code meander pin}. */
  @Command(
      name = "pin",
      description = {"Keeps the live version while learning and publishing go on.", CODES})
  public static final class Pin implements Callable<Integer> {

    @Mixin private final OrderOptions order = new OrderOptions();

    @Option(
        names = "--version",
        paramLabel = "N",
        description = "Refuse unless this version is live.")
    private @Nullable Long version;

    @Override
    public Integer call() {
      return order.order(CommandKind.PIN, version);
    }
  }

  /** {@code meander unpin}. */
  @Command(
      name = "unpin",
      description = {"Lets the next published version become live again.", CODES})
  public static final class Unpin implements Callable<Integer> {

    @Mixin private final OrderOptions order = new OrderOptions();

    @Override
    public Integer call() {
      return order.order(CommandKind.UNPIN, null);
    }
  }

  /** {@code meander pause}. */
  @Command(
      name = "pause",
      description = {
        "Stops learning: samples are counted and passed over, and no version is published.",
        "What is served stays, and may be moved.",
        CODES
      })
  public static final class Pause implements Callable<Integer> {

    @Mixin private final OrderOptions order = new OrderOptions();

    @Override
    public Integer call() {
      return order.order(CommandKind.PAUSE, null);
    }
  }

  /** {@code meander resume}. */
  @Command(
      name = "resume",
      description = {"Lets learning go on with the next sample, from where it stopped.", CODES})
  public static final class Resume implements Callable<Integer> {

    @Mixin private final OrderOptions order = new OrderOptions();

    @Override
    public Integer call() {
      return order.order(CommandKind.RESUME, null);
    }
  }

  /** {@code meander reset}. */
  @Command(
      name = "reset",
      description = {
        "Puts the learner back to the base model, and what is served with it unless it is pinned.",
        "Version numbers go on.",
        CODES
      })
  public static final class Reset implements Callable<Integer> {

    @Mixin private final OrderOptions order = new OrderOptions();

    @Override
    public Integer call() {
      return order.order(CommandKind.RESET, null);
    }
  }

  /** {@code meander retire}. */
  @Command(
      name = "retire",
      description = {
        "Removes a version from the log that neither serves, nor served before, nor is needed by",
        "another.",
        CODES
      })
  public static final class Retire implements Callable<Integer> {

    @Mixin private final OrderOptions order = new OrderOptions();

    @Option(
        names = "--version",
        paramLabel = "N",
        required = true,
        description = "Version to remove.")
    private long version;

    @Override
    public Integer call() {
      return order.order(CommandKind.RETIRE, version);
    }
  }
}
