package dev.meander.djl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meander.core.model.NormMode;
import dev.meander.core.model.Tape;
import dev.meander.core.tensor.Tensor;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EngineGateTest {

  private static final Duration PATIENCE = Duration.ofMillis(50);
  private static final int TERMINATED = 143;

  @Test
  void shouldCloseWhenNobodyIsInside() {
    EngineGate gate = new EngineGate();
    gate.enter().close();
    assertThat(gate.close(PATIENCE)).isTrue();
  }

  @Test
  void shouldWaitForAnOperationInsideWhenClosing() throws Exception {
    EngineGate gate = new EngineGate();
    EngineGate.Passage inside = gate.enter();
    assertThat(CompletableFuture.supplyAsync(() -> gate.close(PATIENCE)).get()).isFalse();
    CompletableFuture<Boolean> closing =
        CompletableFuture.supplyAsync(() -> gate.close(Duration.ofMinutes(1)));
    inside.close();
    assertThat(closing.get(1, TimeUnit.MINUTES)).isTrue();
  }

  @Test
  void shouldKeepLaterOperationsOutWhenClosed() throws Exception {
    EngineGate gate = new EngineGate();
    assertThat(CompletableFuture.supplyAsync(() -> gate.close(PATIENCE)).get()).isTrue();
    Thread late =
        new Thread(
            () -> {
              try (EngineGate.Passage inside = gate.enter()) {
                throw new AssertionError("expected to wait, found an open gate");
              }
            });
    late.setDaemon(true);
    late.start();
    for (int i = 0; i < 1000 && late.getState() != Thread.State.WAITING; i++) {
      late.join(10);
    }
    assertThat(late.getState()).isEqualTo(Thread.State.WAITING);
  }

  @Test
  void shouldRunActionsLatestFirstWhileStillOpenWhenTheProcessEnds() throws Exception {
    EngineGate gate = new EngineGate();
    List<String> ran = new ArrayList<>();
    gate.runBeforeClosing(() -> ran.add("first"));
    gate.runBeforeClosing(
        () -> {
          throw new IllegalStateException("expected to be logged only");
        });
    gate.runBeforeClosing(
        () -> {
          gate.enter().close();
          ran.add("last");
        });
    gate.shutDown();
    assertThat(ran).containsExactly("last", "first");
    assertThat(CompletableFuture.supplyAsync(() -> gate.close(PATIENCE)).get())
        .as("closed by another thread already")
        .isFalse();
  }

  @Test
  void shouldEndCleanlyWhenTerminatedDuringAStep(@TempDir Path folder) throws Exception {
    Path file =
        Networks.tiny(folder.resolve("tiny.pt"), Networks.SCRIPTED, Networks.tinyWeights(1));
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                StepForever.class.getName(),
                file.toString())
            .redirectErrorStream(true)
            .start();
    try (BufferedReader out =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      List<String> before = out.lines().takeWhile(line -> !line.equals(StepForever.READY)).toList();
      assertThat(process.isAlive()).as(String.join("\n", before)).isTrue();
      process.toHandle().destroy(); // keeps the output open
      assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
      assertThat(process.exitValue()).as(out.lines().toList().toString()).isEqualTo(TERMINATED);
    } finally {
      process.destroyForcibly();
    }
  }

  /** A process that never stops stepping by itself. */
  static final class StepForever {

    static final String READY = "stepping";

    private StepForever() {}

    public static void main(String[] arguments) throws IOException {
      TorchModel model =
          TorchModel.open(Networks.source(Path.of(arguments[0]), Networks.TINY_INPUT));
      model.train(
          model.spec().inventory().blocks().stream()
              .filter(block -> block.role().isNormAffine())
              .toList());
      Tensor x = new Tensor(new float[200 * 3 * 16 * 16], 200, 3, 16, 16);
      for (long step = 0; ; step++) {
        try (Tape tape = model.forward(x, NormMode.BATCH, true)) {
          tape.backward(new float[200 * 10], null);
        }
        if (step == 3) {
          System.out.println(READY);
        }
      }
    }
  }
}
