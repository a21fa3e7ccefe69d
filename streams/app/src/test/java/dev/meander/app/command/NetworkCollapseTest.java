package dev.meander.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.meander.app.Meander;
import dev.meander.kit.DataPack;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The collapse guard with its usual limits on a trained network and real images: TENT at a hundred
 * times its rate, and at its own.
 */
class NetworkCollapseTest {

  private static final String CORRUPTIONS = "scenario.corruptions=defocus_blur,brightness,contrast";
  private static final String BREAKING = "method.learning.rate=0.1";
  private static final String GUARD = "guard.divergence.action=reset";
  private static final int STEPS = 12;

  @TempDir
  @SuppressWarnings("NullAway.Init") // set before each test
  Path folder;

  private record Outcome(double error, double errorServed, List<String> verdicts) {}

  private Outcome run(String method, String... settings) throws Exception {
    Path pack = DataPack.require();
    Path out = Files.createTempDirectory(folder, "run");
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "evaluate",
                "--data",
                pack.toString(),
                "--model",
                pack.resolve("models/resnet20.pt").toString(),
                "--limit",
                "100",
                "--batch",
                "25",
                "--method",
                method,
                "--out",
                out.toString(),
                "--set",
                CORRUPTIONS,
                "--set",
                "guard.probes=32"));
    for (String setting : settings) {
      arguments.addAll(List.of("--set", setting));
    }
    assertThat(Meander.commandLine().execute(arguments.toArray(String[]::new))).isZero();
    JsonNode report = new ObjectMapper().readTree(out.resolve("report.json").toFile());
    JsonNode run = report.path("runs").path(0);
    List<String> verdicts = Files.readAllLines(out.resolve("verdicts.csv"));
    return new Outcome(
        run.path("meanError").asDouble(),
        run.path("meanErrorServed").asDouble(),
        verdicts.subList(1, verdicts.size()));
  }

  @Test
  void shouldBringTentBackFromACollapseOnARealNetwork() throws Exception {
    Outcome frozen = run("source");
    Outcome alone = run("tent", BREAKING);
    Outcome guarded = run("tent", BREAKING, GUARD);

    assertThat(alone.errorServed()).isGreaterThan(frozen.errorServed() + 20);
    assertThat(guarded.errorServed()).isLessThan(frozen.errorServed() + 3);
    assertThat(guarded.error()).isLessThan(alone.error() - 20);
    assertThat(guarded.verdicts())
        .anyMatch(verdict -> verdict.contains(",RESET,\"drift of predictions: "));
  }

  @Test
  void shouldLetTentAdaptAtItsOwnRate() throws Exception {
    Outcome alone = run("tent");
    Outcome guarded =
        run("tent", GUARD, "guard.entropy.action=reset", "guard.diversity.action=reset");

    assertThat(guarded.verdicts())
        .hasSize(STEPS)
        .allMatch(verdict -> verdict.contains(",PROMOTE,"));
    assertThat(guarded.errorServed()).isEqualTo(alone.errorServed());
  }
}
