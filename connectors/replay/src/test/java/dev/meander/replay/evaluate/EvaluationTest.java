package dev.meander.replay.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meander.core.config.ConfigurationException;
import dev.meander.core.method.Methods;
import dev.meander.core.model.FakeProvider;
import dev.meander.replay.evaluate.RunResult.BatchResult;
import dev.meander.replay.scenario.Scenario;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class EvaluationTest extends EvaluationFixture {

  private static final List<String> NEED_SOURCE = List.of("eata", "rmt", "gtta");

  @Test
  void shouldGiveTheSameResultsOnAnyNumberOfThreads() throws Exception {
    EvaluationConfig config =
        config(List.of("bn-1", "tent", "bn-ema"), Scenario.CONTINUAL, Scenario.GRADUAL);

    List<RunResult> one = evaluate(config, "one", 1).runs();
    List<RunResult> three = evaluate(config, "three", 3).runs();

    assertThat(one).hasSize(6);
    for (int i = 0; i < one.size(); i++) {
      assertThat(three.get(i).batches()).isEqualTo(one.get(i).batches());
      assertThat(three.get(i).versions()).isEqualTo(one.get(i).versions());
      assertThat(three.get(i).calibration()).isEqualTo(one.get(i).calibration());
      assertThat(three.get(i).key()).isEqualTo(one.get(i).key());
    }
  }

  @Test
  void shouldGoOnWhereItWasStopped() throws Exception {
    EvaluationConfig config = config(List.of("source", "bn-1", "tent"), Scenario.CONTINUAL);
    Counting stopped = new Counting();
    stopped.stopAfter = 400;

    assertThatThrownBy(() -> evaluate(config, "out", 1, stopped)).hasMessage("stopped");
    assertThat(stopped.finished).isEqualTo(2);
    assertThat(stopped.runs).isEqualTo(3);

    Counting resumed = new Counting();
    List<RunResult> runs = evaluate(config, "out", 1, resumed).runs();
    assertThat(resumed.kept).isEqualTo(2);
    assertThat(resumed.finished).isEqualTo(1);
    assertThat(resumed.samples).isEqualTo(180);
    List<RunResult> whole = evaluate(config, "whole", 1).runs();
    for (int i = 0; i < 3; i++) {
      assertThat(runs.get(i).batches()).isEqualTo(whole.get(i).batches());
      assertThat(runs.get(i).versions()).isEqualTo(whole.get(i).versions());
    }
  }

  @Test
  void shouldMakeADamagedRunAgain() throws Exception {
    EvaluationConfig config = config(List.of("bn-1"), Scenario.CONTINUAL);
    List<BatchResult> batches = evaluate(config, "out", 1).runs().get(0).batches();
    try (Stream<Path> files = Files.list(folder.resolve("out/runs"))) {
      for (Path file : files.toList()) {
        Files.writeString(file, Files.readString(file).substring(0, 100));
      }
    }
    Counting again = new Counting();

    assertThat(evaluate(config, "out", 1, again).runs().get(0).batches()).isEqualTo(batches);
    assertThat(again.finished).isEqualTo(1);
  }

  @Test
  void shouldRunAgainWhenAnythingDiffersThatTheResultDependsOn() throws Exception {
    EvaluationConfig first = config(List.of("tent"), Scenario.CONTINUAL);
    evaluate(first, "out", 1);

    List<EvaluationConfig> others =
        List.of(
            new EvaluationConfig(
                List.of("tent"), first.scenarios(), List.of(2L), 2, 20, 1_000, false, Map.of()),
            new EvaluationConfig(
                List.of("tent"), first.scenarios(), List.of(1L), 3, 20, 1_000, false, Map.of()),
            new EvaluationConfig(
                List.of("tent"), first.scenarios(), List.of(1L), 2, 30, 1_000, false, Map.of()),
            new EvaluationConfig(
                List.of("tent"), first.scenarios(), List.of(1L), 2, 20, 50, false, Map.of()),
            new EvaluationConfig(
                List.of("tent"), first.scenarios(), List.of(1L), 2, 20, 1_000, true, Map.of()),
            new EvaluationConfig(
                List.of("tent"),
                first.scenarios(),
                List.of(1L),
                2,
                20,
                1_000,
                false,
                Map.of("method.learning.rate", "0.01")));
    for (EvaluationConfig other : others) {
      Counting counting = new Counting();
      evaluate(other, "out", 1, counting);
      assertThat(counting.finished).as(other.toString()).isEqualTo(1);
    }
    FakeProvider.write(source.file(), ShiftedDomains.CLASSES, 2);
    Counting otherModel = new Counting();
    evaluate(first, "out", 1, otherModel);
    assertThat(otherModel.finished).as("another model file").isEqualTo(1);
    Counting same = new Counting();
    evaluate(first, "out", 1, same);
    assertThat(same.finished).isZero();
  }

  @Test
  void shouldRefuseWhatCannotBeRunBeforeAnythingIs() {
    assertRefused(
        config(List.of("tint"), Scenario.CONTINUAL),
        "1 problem in the options:\n  method.name: expected one of");
    assertRefused(
        new EvaluationConfig(
            List.of("tent"),
            List.of(Scenario.CONTINUAL),
            List.of(1L),
            2,
            20,
            10,
            false,
            Map.of("batch.sise", "3")),
        "1 problem in the options:\n  unknown key batch.sise");
    assertRefused(
        new EvaluationConfig(
            List.of("tent"), List.of(Scenario.CONTINUAL), List.of(1L), 6, 20, 10, false, Map.of()),
        "1 problem in the options:\n  --severity: expected 1 to 5, found 6");
    assertRefused(
        new EvaluationConfig(
            List.of("tent"),
            List.of(Scenario.CORRELATED_DIRICHLET),
            List.of(1L),
            5,
            20,
            10,
            false,
            Map.of()),
        "1 problem in --scenario correlated_dirichlet:\n  expected at least 40 samples for a"
            + " Dirichlet order of 4 classes, found 10");
    assertRefused(
        new EvaluationConfig(
            List.of("tent"),
            List.of(Scenario.CONTINUAL),
            List.of(1L),
            5,
            20,
            10,
            false,
            Map.of("seed", "3")),
        "1 problem in the options:\n  seed: expected it as an option of its own, found it in --set");
    FakeProvider.write(source.file(), 7, 1);
    assertRefused(
        config(List.of("tent"), Scenario.CONTINUAL),
        "1 problem in --model:\n  expected a model of 4 classes for shifted, found 7 in "
            + source.file());
  }

  @Test
  void shouldRunEveryMethodThatNeedsNoSourceInEveryProtocol() throws Exception {
    List<String> methods =
        Methods.names().stream().filter(name -> !NEED_SOURCE.contains(name)).toList();

    List<RunResult> runs =
        evaluate(config(methods, Scenario.CORRELATED, Scenario.SINGLE_SAMPLE), "out", 2).runs();

    assertThat(runs).hasSize(2 * methods.size()).allMatch(run -> run.meanError() <= 100);
    assertThat(runs.stream().map(run -> run.batches().size()).distinct()).containsOnly(10);
  }

  @Test
  void shouldGiveTrainingImagesToMethodsThatUseThem() throws Exception {
    assertRefused(
        config(List.of("eata"), Scenario.CONTINUAL),
        "1 problem in --method:\n  method eata: expected source samples, found none");

    domains.offerSource();
    EvaluationReport report = evaluate(config(NEED_SOURCE, Scenario.CONTINUAL), "out", 1);
    assertThat(report.runs()).hasSize(NEED_SOURCE.size());
  }

  private void assertRefused(EvaluationConfig config, String message) {
    Counting counting = new Counting();
    assertThatThrownBy(() -> evaluate(config, "out", 1, counting))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageStartingWith(message);
    assertThat(counting.samples).isZero();
  }
}
