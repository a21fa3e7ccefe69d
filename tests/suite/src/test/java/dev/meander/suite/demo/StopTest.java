package dev.meander.suite.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A demonstration that is told to stop while it learns ends by itself and leaves nothing. */
class StopTest {

  private static final long END_SECONDS = 60;

  @TempDir
  @SuppressWarnings("NullAway.Init") // set by JUnit
  Path temporary;

  @ParameterizedTest
  @CsvSource({"INT, 130", "TERM, 143"})
  void shouldLeaveNothingWhenStoppedDuringAStep(String signal, int exitCode) throws Exception {
    Process demo = start();
    try {
      awaitVersion(demo, 3);
      assertThat(
              new ProcessBuilder("kill", "-" + signal, String.valueOf(demo.pid()))
                  .start()
                  .waitFor())
          .isZero();
      demo.getErrorStream().transferTo(OutputStream.nullOutputStream());
      assertThat(demo.waitFor(END_SECONDS, TimeUnit.SECONDS)).as("it ended").isTrue();
      assertThat(demo.exitValue()).isEqualTo(exitCode);
      assertThat(demo.descendants()).isEmpty();
      assertThat(left()).isEmpty();
    } finally {
      demo.destroyForcibly();
    }
  }

  private Process start() throws IOException {
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx512m",
            "-XX:+UseSerialGC",
            "-Djava.io.tmpdir=" + temporary,
            "-cp",
            classPath,
            "dev.meander.app.Meander",
            "demo",
            "--rate",
            "400")
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  /** Reads the log until a version is published: from then on steps follow each other. */
  private static void awaitVersion(Process demo, int version) throws IOException {
    BufferedReader log =
        new BufferedReader(new InputStreamReader(demo.getErrorStream(), StandardCharsets.UTF_8));
    StringBuilder seen = new StringBuilder();
    for (String line = log.readLine(); line != null; line = log.readLine()) {
      seen.append(line).append('\n');
      if (line.contains("published glyphs:global/" + version + " ")) {
        return;
      }
    }
    throw new AssertionError("expected version " + version + " in the log, found\n" + seen);
  }

  /** What the process left, apart from what the Java platform keeps there itself. */
  private List<String> left() throws IOException {
    try (Stream<Path> found = Files.list(temporary)) {
      return found
          .map(path -> path.getFileName().toString())
          .filter(name -> name.startsWith("meander"))
          .toList();
    }
  }
}
