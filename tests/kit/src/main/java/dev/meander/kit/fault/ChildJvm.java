package dev.meander.kit.fault;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A Java process on the class path of this one, to be stopped at a {@link Fault} and killed there.
 *
 * <p>Thread-safety: none. Lifetime: whoever started it closes it, which kills it.
 */
public final class ChildJvm implements AutoCloseable {

  private static final Duration END = Duration.ofSeconds(30);
  private static final int LOG_CHARS = 20_000;

  private final String name;
  private final Process process;
  private final Path log;
  private final CompletableFuture<Boolean> reached = new CompletableFuture<>();

  /**
   * What to start.
   *
   * @param name of the process, for messages
   * @param classPathFirst folders that come before this process's class path
   * @param jvmOptions options of the Java machine
   * @param command main class and its arguments
   * @param log file that its standard error is appended to
   */
  public record Command(
      String name,
      List<Path> classPathFirst,
      List<String> jvmOptions,
      List<String> command,
      Path log) {}

  /**
   * Starts a process.
   *
   * @param fault where it is to stop; null for nowhere
   */
  public static ChildJvm start(Command command, @Nullable Fault fault) {
    List<String> words = new ArrayList<>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    words.addAll(command.jvmOptions());
    if (fault != null) {
      words.add("-D" + FaultSwitch.PROPERTY + "=" + fault);
    }
    words.add("-cp");
    words.add(classPath(command.classPathFirst()));
    words.addAll(command.command());
    try {
      Process process =
          new ProcessBuilder(words)
              .redirectError(ProcessBuilder.Redirect.appendTo(command.log().toFile()))
              .start();
      return new ChildJvm(
          command.name() + (fault == null ? "" : " with " + fault), process, command.log());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The class path of this process, after {@code first}. */
  public static String classPath(List<Path> first) {
    StringBuilder path = new StringBuilder();
    first.forEach(folder -> path.append(folder).append(File.pathSeparator));
    String own = System.getProperty("java.class.path");
    return path.append(System.getProperty("surefire.test.class.path", own)).toString();
  }

  private ChildJvm(String name, Process process, Path log) {
    this.name = name;
    this.process = process;
    this.log = log;
    Thread reader = new Thread(this::read, "child-" + process.pid());
    reader.setDaemon(true);
    reader.start();
  }

  private void read() {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith(FaultSwitch.REACHED)) {
          reached.complete(true);
        }
      }
    } catch (IOException e) {
      // a killed process's stream may break
    }
    reached.complete(false);
  }

  /**
   * Waits until a thread of the process stands at its fault.
   *
   * @throws AssertionError when it does not within {@code limit}, or the process ended
   */
  public void awaitFault(Duration limit) throws InterruptedException {
    try {
      if (reached.get(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        return;
      }
      throw new AssertionError(name + " ended before; its log ends\n" + logEnd());
    } catch (TimeoutException e) {
      throw new AssertionError(
          name + " was not there within " + limit.toSeconds() + " s; its log ends\n" + logEnd(), e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("is only ever completed", e);
    }
  }

  /** True once a thread of the process stands at its fault, or stood there. */
  public boolean isAtFault() {
    return reached.getNow(false);
  }

  /** Lets the thread that stands at the fault go on, or pass it when it comes there. */
  public void release() throws IOException {
    process.getOutputStream().write('\n');
    process.getOutputStream().flush();
  }

  /** True as long as the process has not ended. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /** Waits for the process, at most {@code limit}; true when it ended by itself. */
  public boolean awaitEnd(Duration limit) throws InterruptedException {
    return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Kills the process with SIGKILL and waits until it is gone. */
  public void kill() throws InterruptedException {
    process.destroyForcibly();
    if (!awaitEnd(END)) {
      throw new AssertionError(name + " still lived " + END.toSeconds() + " s after SIGKILL");
    }
  }

  /** Asks the process to end, with SIGTERM, and waits until it has. */
  public void terminate() throws InterruptedException {
    process.destroy();
    if (!awaitEnd(END)) {
      throw new AssertionError(
          name + " still lived " + END.toSeconds() + " s after SIGTERM; its log ends\n" + logEnd());
    }
  }

  /** Stops every thread of the process, as a long pause does. */
  public void suspend() throws IOException, InterruptedException {
    signal("STOP");
  }

  /** Lets a suspended process go on. */
  public void resume() throws IOException, InterruptedException {
    signal("CONT");
  }

  private void signal(String signal) throws IOException, InterruptedException {
    int code =
        new ProcessBuilder("kill", "-" + signal, String.valueOf(process.pid())).start().waitFor();
    if (code != 0) {
      throw new AssertionError("could not send SIG" + signal + " to " + name + ": " + code);
    }
  }

  /** The end of what the process has logged. */
  public String logEnd() {
    try {
      String text = Files.readString(log);
      return text.substring(Math.max(0, text.length() - LOG_CHARS));
    } catch (IOException e) {
      return "unreadable: " + e;
    }
  }

  @Override
  public void close() throws InterruptedException {
    if (process.isAlive()) {
      kill();
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
