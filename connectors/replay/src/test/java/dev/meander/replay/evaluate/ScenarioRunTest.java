package dev.meander.replay.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.meander.core.learner.Learner;
import dev.meander.core.learner.Step;
import dev.meander.core.learner.Version;
import dev.meander.core.model.AdapterSlot;
import dev.meander.core.model.FakeModel;
import dev.meander.core.tensor.Sample;
import dev.meander.core.tensor.Tensor;
import dev.meander.replay.evaluate.RunResult.BatchResult;
import dev.meander.replay.evaluate.RunResult.SegmentResult;
import dev.meander.replay.evaluate.RunResult.VersionResult;
import dev.meander.replay.scenario.Scenario;
import dev.meander.replay.scenario.ScenarioSample;
import dev.meander.replay.scenario.ScenarioStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The protocol of the field, against the protocol written out. */
class ScenarioRunTest extends EvaluationFixture {

  @Test
  void shouldShowThatBatchStatisticsMendAShift() throws Exception {
    EvaluationReport report =
        evaluate(config(List.of("source", "bn-1"), Scenario.CONTINUAL), "out", 1);

    RunResult frozen = report.runs().get(0);
    RunResult adapted = report.runs().get(1);
    assertThat(frozen.meanError()).isGreaterThan(adapted.meanError() + 10);
    assertThat(frozen.meanErrorServed()).isEqualTo(frozen.meanError());
    assertThat(frozen.versions()).isEmpty();
    assertThat(adapted.meanErrorServed()).isBetween(adapted.meanError(), frozen.meanError());
    assertThat(frozen.secondsForward()).isPositive();
    assertThat(frozen.secondsStep()).isPositive();
  }

  @Test
  void shouldCountEverySampleInItsSegment() throws Exception {
    RunResult run = evaluate(config(List.of("tent"), Scenario.CONTINUAL), "out", 1).runs().get(0);

    assertThat(run.segments().stream().map(SegmentResult::name)).containsExactly("up", "down");
    assertThat(run.segments()).allMatch(s -> s.samples() == 90 && s.severity() == 2);
    // 90 = 4 batches of 20 and one of 10, which the next segment does not fill up
    assertThat(run.batches().stream().map(BatchResult::samples))
        .containsExactly(20, 20, 20, 20, 10, 20, 20, 20, 20, 10);
    assertThat(run.adapted()).isEqualTo(180);
    assertThat(run.skipped()).isZero();
    for (int segment = 0; segment < 2; segment++) {
      int wanted = segment;
      int wrong =
          run.batches().stream()
              .filter(b -> b.segment() == wanted)
              .mapToInt(BatchResult::wrong)
              .sum();
      assertThat(run.segments().get(segment).error()).isEqualTo(100.0 * wrong / 90);
    }
    assertThat(run.meanError())
        .isEqualTo((run.segments().get(0).error() + run.segments().get(1).error()) / 2);
    assertThat(run.versions().stream().map(VersionResult::version))
        .containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L);
  }

  /** The served error, the slow way: a slot that is asked one sample at a time. */
  @Test
  void shouldCountServedErrorsAsOneRequestAtATime() throws Exception {
    EvaluationConfig config = config(List.of("tent"), Scenario.CONTINUAL);
    RunResult run = evaluate(config, "out", 1).runs().get(0);
    RunPlan plan = config.plans().get(0);
    ScenarioStream stream = ScenarioStream.of(plan.scenario(), plan.stream(), domains, 1);
    List<Integer> expectedServed = new ArrayList<>();
    List<Integer> expectedOwn = new ArrayList<>();
    try (FakeModel model = provider.open(source);
        AdapterSlot slot = provider.openSlot(source, LINEAGE)) {
      Learner learner = new Learner(LINEAGE, plan.learner(), model);
      for (int part = 0; part < 2; part++) {
        for (int from = 0; from < 90; from += 20) {
          List<ScenarioSample> batch = stream.samples(part, from, Math.min(90, from + 20));
          List<Step> steps = new ArrayList<>();
          int wrongServed = 0;
          for (ScenarioSample sample : batch) {
            Tensor one = Tensor.stack(List.of(sample.input()), ShiftedDomains.SHAPE);
            Tensor answer = slot.predict(one).logits();
            wrongServed += Mistakes.isWrong(answer, 0, sample.label()) ? 1 : 0;
            steps.addAll(
                learner.offer(
                    new Sample("id", sample.index(), sample.input(), answer.row(0), 1, 0), model));
          }
          steps.addAll(learner.flush(model));
          Step step = steps.get(0);
          int wrong = 0;
          for (int row = 0; row < batch.size(); row++) {
            wrong += Mistakes.isWrong(step.logits(), row, batch.get(row).label()) ? 1 : 0;
          }
          Version version = Objects.requireNonNull(step.version());
          slot.swap(version.id(), version.candidate().weights());
          expectedServed.add(wrongServed);
          expectedOwn.add(wrong);
        }
      }
    }

    assertThat(run.batches().stream().map(BatchResult::wrongServed)).isEqualTo(expectedServed);
    assertThat(run.batches().stream().map(BatchResult::wrong)).isEqualTo(expectedOwn);
  }

  @Test
  void shouldStartAgainBeforeEveryShiftWhenAsked() throws Exception {
    EvaluationReport report =
        evaluate(config(List.of("tent"), Scenario.CONTINUAL, Scenario.RESET_EACH_SHIFT), "out", 1);

    RunResult continual = report.runs().get(0);
    RunResult reset = report.runs().get(1);
    assertThat(reset.batches().subList(0, 5)).isEqualTo(continual.batches().subList(0, 5));
    // the first batch of the second segment meets the base model again
    try (FakeModel model = provider.open(source)) {
      ServedModel base = new ServedModel(model);
      RunPlan plan = config(List.of("tent"), Scenario.RESET_EACH_SHIFT).plans().get(0);
      List<ScenarioSample> first =
          ScenarioStream.of(plan.scenario(), plan.stream(), domains, 1).samples(1, 0, 20);
      Tensor answer =
          base.answer(
              Tensor.stack(
                  first.stream().map(ScenarioSample::input).toList(), ShiftedDomains.SHAPE));
      int wrong = 0;
      for (int row = 0; row < 20; row++) {
        wrong += Mistakes.isWrong(answer, row, first.get(row).label()) ? 1 : 0;
      }
      assertThat(reset.batches().get(5).wrongServed()).isEqualTo(wrong);
    }
    assertThat(reset.versions().stream().map(VersionResult::version))
        .as("numbers are never used twice")
        .isSorted()
        .doesNotHaveDuplicates()
        .hasSize(10);
  }

  @Test
  void shouldReportForgettingAgainstTheFrozenModel() throws Exception {
    EvaluationReport report =
        evaluate(config(List.of("source", "tent"), Scenario.FORGETTING), "out", 1);

    assertThat(report.runs().get(0).forgetting()).isZero();
    RunResult tent = report.runs().get(1);
    double clean =
        tent.segments().stream()
            .filter(s -> s.severity() == 0)
            .mapToDouble(SegmentResult::error)
            .average()
            .orElseThrow();
    double frozen =
        report.runs().get(0).segments().stream()
            .filter(s -> s.severity() == 0)
            .mapToDouble(SegmentResult::error)
            .average()
            .orElseThrow();
    assertThat(tent.forgetting()).isCloseTo(clean - frozen, within(1e-9));
    RunResult source = report.runs().get(0);
    assertThat(source.meanErrorSeverest())
        .as("clean segments are not the severest")
        .isGreaterThan(source.meanError());
  }

  @Test
  void shouldPredictOneByOneWithARingOfPastInputs() throws Exception {
    EvaluationConfig config = config(List.of("tent"), Scenario.SINGLE_SAMPLE);
    RunResult run = evaluate(config, "out", 1).runs().get(0);
    RunPlan plan = config.plans().get(0);
    ScenarioStream stream = ScenarioStream.of(plan.scenario(), plan.stream(), domains, 1);

    // the protocol, word by word: a buffer, a pointer, an update when the pointer is at its end
    List<ScenarioSample> samples = stream.samples(0, 0, 180);
    List<float[]> buffer = new ArrayList<>();
    int pointer = 0;
    int wrong = 0;
    int updates = 0;
    try (FakeModel model = provider.open(source)) {
      Learner learner = new Learner(LINEAGE, plan.learner(), model);
      for (ScenarioSample sample : samples) {
        if (buffer.size() < 20) {
          buffer.add(sample.input());
        } else {
          buffer.set(pointer, sample.input());
        }
        float[] logits;
        if (pointer == 19) {
          List<Step> steps = new ArrayList<>();
          for (float[] input : buffer) {
            steps.addAll(learner.offer(new Sample("id", 0, input, new float[0], 1, 0), model));
          }
          updates++;
          logits = steps.get(0).logits().row(19);
        } else {
          logits = learner.predict(buffer, model).row(pointer);
        }
        wrong += Mistakes.isWrong(new Tensor(logits, 1, 4), 0, sample.label()) ? 1 : 0;
        pointer = (pointer + 1) % 20;
      }
    }

    assertThat(run.batches().stream().mapToInt(BatchResult::wrong).sum()).isEqualTo(wrong);
    assertThat(run.versions()).hasSize(updates);
    assertThat(run.adapted()).isEqualTo(180);
  }
}
