package dev.meander.app.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A process with a stack that is told to stop leaves nothing behind. */
@EnabledOnOs({OS.LINUX, OS.MAC})
class StackSignalTest {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  @ParameterizedTest
  @ValueSource(strings = {"TERM", "INT"})
  void shouldStopAndRemoveItsFolderWhenSignalled(String signal, @TempDir Path directory)
      throws Exception {
    Path temporary = Files.createDirectory(directory.resolve("tmp"));
    Path ready = directory.resolve("ready");
    Process process = start(temporary, ready);
    try {
      Awaitility.await().atMost(LIMIT).until(() -> Files.exists(ready) || !process.isAlive());
      assertThat(files(temporary)).isNotEmpty();
      signal(process, signal);
      assertThat(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
      assertThat(files(temporary)).isEmpty();
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void shouldRemoveItsFolderWhenSignalledWhileStarting(@TempDir Path directory) throws Exception {
    Path temporary = Files.createDirectory(directory.resolve("tmp"));
    Process process = start(temporary, directory.resolve("ready"));
    try {
      Awaitility.await()
          .atMost(LIMIT)
          .pollInterval(Duration.ofMillis(5))
          .until(() -> !files(temporary).isEmpty() || !process.isAlive());
      assertThat(process.isAlive()).isTrue();
      signal(process, "TERM");
      assertThat(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
      assertThat(files(temporary)).isEmpty();
    } finally {
      process.destroyForcibly();
    }
  }

  private static Process start(Path temporary, Path ready) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx512m",
            "-XX:TieredStopAtLevel=1",
            "-Djava.io.tmpdir=" + temporary,
            "-cp",
            System.getProperty("java.class.path", ""),
            StackProcess.class.getName(),
            ready.toString())
        .redirectErrorStream(true)
        .redirectOutput(new File(ready + ".log"))
        .start();
  }

  private static void signal(Process process, String signal) throws Exception {
    int code =
        new ProcessBuilder("kill", "-" + signal, String.valueOf(process.pid())).start().waitFor();
    assertThat(code).isZero();
  }

  private static List<Path> files(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.toList();
    }
  }
}
