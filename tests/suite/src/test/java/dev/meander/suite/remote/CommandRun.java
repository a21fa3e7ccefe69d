package dev.meander.suite.remote;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.meander.app.Meander;
import dev.meander.kit.fault.ChildJvm;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import picocli.CommandLine;

/**
 * What a command left behind.
 *
 * @param code its exit code
 * @param out standard output
 * @param err standard error
 */
record CommandRun(int code, String out, String err) {

  private static final long END_SECONDS = 120;

  JsonNode json() throws IOException {
    return new ObjectMapper().readTree(out);
  }

  /** Runs a command in this process. */
  static CommandRun here(List<String> arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine line = Meander.commandLine();
    line.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    line.setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF));
    int code = line.execute(arguments.toArray(String[]::new));
    return new CommandRun(code, out.toString(), err.toString());
  }

  /**
   * Runs a command as a process of its own.
   *
   * @param folder for what it says
   * @param classPathFirst folders that come before this process's class path
   */
  static CommandRun alone(List<String> arguments, Path folder, List<Path> classPathFirst)
      throws IOException, InterruptedException {
    Path out = Files.createTempFile(folder, "command", ".out");
    Path err = Files.createTempFile(folder, "command", ".err");
    List<String> words =
        Stream.of(
                Stream.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()),
                RemoteCluster.JVM.stream(),
                Stream.of("-cp", ChildJvm.classPath(classPathFirst), "dev.meander.app.Meander"),
                arguments.stream())
            .flatMap(part -> part)
            .toList();
    Process process =
        new ProcessBuilder(words).redirectOutput(out.toFile()).redirectError(err.toFile()).start();
    if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError(arguments + " did not end within " + END_SECONDS + " s");
    }
    return new CommandRun(process.exitValue(), Files.readString(out), Files.readString(err));
  }
}
