package dev.meander.core.learner;

import static dev.meander.core.learner.LearnerFixture.LINEAGE;
import static dev.meander.core.learner.LearnerFixture.SHAPE;
import static dev.meander.core.learner.LearnerFixture.config;
import static dev.meander.core.learner.LearnerFixture.drifted;
import static dev.meander.core.learner.LearnerFixture.method;
import static dev.meander.core.learner.LearnerFixture.model;
import static dev.meander.core.learner.LearnerFixture.offerAll;
import static dev.meander.core.learner.LearnerFixture.publishingEvery;
import static dev.meander.core.learner.LearnerFixture.sample;
import static dev.meander.core.learner.LearnerFixture.versions;
import static org.assertj.core.api.Assertions.assertThat;

import dev.meander.core.guard.GuardConfig;
import dev.meander.core.guard.Verdict;
import dev.meander.core.math.Softmax;
import dev.meander.core.model.FakeModel;
import dev.meander.core.model.FakeSlot;
import dev.meander.core.model.NormMode;
import dev.meander.core.model.Tape;
import dev.meander.core.optimise.OptimiserConfig;
import dev.meander.core.tensor.Sample;
import dev.meander.core.tensor.Tensor;
import dev.meander.core.weights.Block;
import dev.meander.core.weights.LineageId;
import dev.meander.core.weights.Role;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LearnerTest {

  private final FakeModel model = model();

  @AfterEach
  void shouldHaveClosedEveryPass() {
    assertThat(model.tapesOpen()).isZero();
    model.close();
  }

  @Test
  void shouldStepWhenABatchIsFull() {
    Learner learner = new Learner(LINEAGE, config("tent"), model);
    List<Sample> samples = drifted(11, 1);

    List<Step> steps = offerAll(learner, model, samples);

    assertThat(steps).extracting(Step::number).containsExactly(1L, 2L);
    assertThat(steps.get(0).samples()).isEqualTo(samples.subList(0, 4));
    assertThat(steps.get(1).samples()).isEqualTo(samples.subList(4, 8));
    assertThat(learner.pending()).isEqualTo(samples.subList(8, 11));
    assertThat(learner.steps()).isEqualTo(2);
    assertThat(learner.lineage()).isEqualTo(LINEAGE);
  }

  @Test
  void shouldStepOnAPartialBatchWhenEventTimePasses() {
    Learner learner = new Learner(LINEAGE, config("tent"), model);
    float[] input = drifted(1, 1).get(0).input();
    Sample first = sample(0, 5_000, input);
    Sample second = sample(1, 5_400, input);
    Sample atTheLimit = sample(2, 6_000, input);
    Sample late = sample(3, 6_001, input);

    assertThat(offerAll(learner, model, List.of(first, second, atTheLimit))).isEmpty();
    List<Step> steps = learner.offer(late, model);

    assertThat(steps).hasSize(1);
    assertThat(steps.get(0).samples()).containsExactly(first, second, atTheLimit);
    assertThat(learner.pending()).containsExactly(late);
  }

  @Test
  void shouldWaitForMoreWhenAnAgedBatchIsTooSmall() {
    Learner learner = new Learner(LINEAGE, config("tent"), model);
    float[] input = drifted(1, 1).get(0).input();
    assertThat(learner.offer(sample(0, 0, input), model)).isEmpty();
    assertThat(learner.offer(sample(1, 60_000, input), model)).isEmpty();
    List<Step> steps = learner.offer(sample(2, 60_001, input), model);
    assertThat(steps).hasSize(1);
    assertThat(steps.get(0).samples()).extracting(Sample::offset).containsExactly(0L, 1L);
  }

  @Test
  void shouldNumberVersionsWithoutGapsAndSayWhereTheyComeFrom() {
    Learner learner = new Learner(LINEAGE, config("tent"), model);

    List<Version> versions = versions(offerAll(learner, model, drifted(40, 1)));

    assertThat(versions)
        .extracting(version -> version.id().number())
        .containsExactlyElementsOf(LongStream.rangeClosed(1, 10).boxed().toList());
    for (int i = 0; i < versions.size(); i++) {
      Version version = versions.get(i);
      assertThat(version.id().lineage()).isEqualTo(LINEAGE);
      assertThat(version.id().content()).isEqualTo(version.candidate().weights().contentHash());
      assertThat(version.candidate().parent()).isEqualTo(i);
      assertThat(version.candidate().lineage()).isEqualTo(LINEAGE);
      assertThat(version.step()).isEqualTo(i + 1);
      assertThat(version.samples()).isEqualTo(4L * (i + 1));
      assertThat(version.firstOffset()).isEqualTo(4L * i);
      assertThat(version.lastOffset()).isEqualTo(4L * i + 3);
      assertThat(version.eventTimeMillis()).isEqualTo(10 * version.lastOffset());
      assertThat(version.method()).isEqualTo("tent");
      assertThat(version.seed()).isEqualTo(1);
      assertThat(version.configHash()).isEqualTo(config("tent").digest());
      assertThat(version.metrics()).containsKeys("loss", "gradientNorm", "meanEntropy", "drift");
    }
    assertThat(versions).extracting(version -> version.id().content()).doesNotHaveDuplicates();
    assertThat(versions).extracting(Version::stateHash).doesNotHaveDuplicates();
    assertThat(learner.version()).isEqualTo(10);
  }

  @Test
  void shouldCoverEverySampleSinceTheParentWhenNotEveryStepMakesACandidate() {
    Learner learner = new Learner(LINEAGE, publishingEvery(3, config("tent")), model);

    List<Step> steps = offerAll(learner, model, drifted(28, 1));

    assertThat(steps)
        .extracting(step -> step.verdict() != null)
        .containsExactly(false, false, true, false, false, true, false);
    assertThat(versions(steps)).extracting(Version::firstOffset).containsExactly(0L, 12L);
    assertThat(versions(steps)).extracting(Version::lastOffset).containsExactly(11L, 23L);
  }

  @Test
  void shouldPublishNothingWhenTheMethodIsSource() {
    Learner learner = new Learner(LINEAGE, config("source"), model);
    List<Sample> samples = drifted(12, 1);

    List<Step> steps = offerAll(learner, model, samples);

    assertThat(steps).hasSize(3).allMatch(step -> step.verdict() == null && step.version() == null);
    assertThat(steps).extracting(Step::loss).containsOnly(Double.NaN);
    assertThat(learner.served().blocks()).isEmpty();
    assertThat(learner.version()).isZero();
    assertThat(steps.get(2).logits()).isEqualTo(forward(samples.subList(8, 12), NormMode.SOURCE));
  }

  @ParameterizedTest
  @ValueSource(strings = {"bn-1", "alpha-bn", "bn-ema"})
  void shouldPublishStatisticsOnlyWhenNothingIsTrained(String method) {
    Learner learner = new Learner(LINEAGE, config(method), model);
    assertThat(learner.served().blocks())
        .extracting(Block::role)
        .containsExactlyInAnyOrder(Role.RUNNING_MEAN, Role.RUNNING_VARIANCE);
    assertThat(versions(offerAll(learner, model, drifted(12, 1)))).hasSize(3);
  }

  @Test
  void shouldPublishTrainedBlocksAndStatisticsWhenTent() {
    Learner learner = new Learner(LINEAGE, config("tent"), model);
    assertThat(learner.served().blocks())
        .extracting(Block::role)
        .containsExactlyInAnyOrder(Role.GAIN, Role.SHIFT, Role.RUNNING_MEAN, Role.RUNNING_VARIANCE);
  }

  @Test
  void shouldPredictBeforeItUpdates() {
    Learner learner = new Learner(LINEAGE, config("tent"), model);
    List<Sample> samples = drifted(4, 1);
    Tensor expected = forward(samples, NormMode.BATCH);
    assertThat(offerAll(learner, model, samples).get(0).logits()).isEqualTo(expected);
  }

  @Test
  void shouldLowerTheEntropyWhenTentSeesABatchAgain() {
    Learner learner = new Learner(LINEAGE, config("tent"), model);
    List<Sample> batch = drifted(4, 1);
    List<Step> steps = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      steps.addAll(offerAll(learner, model, batch));
    }
    assertThat(steps).extracting(Step::loss).isSortedAccordingTo((a, b) -> Double.compare(b, a));
    assertThat(steps.get(9).loss()).isLessThan(.8 * steps.get(0).loss());
  }

  @Test
  void shouldHoldWhenTheDriftBudgetIsSpentAndGoOn() {
    LearnerConfig config = config("tent");
    Learner learner =
        new Learner(
            LINEAGE,
            new LearnerConfig(
                config.method(), new GuardConfig(0), 4, 2, Duration.ofSeconds(1), .5, .1, 1, 1),
            model);

    List<Step> steps = offerAll(learner, model, drifted(12, 1));

    assertThat(steps).hasSize(3);
    for (Step step : steps) {
      Verdict verdict = Objects.requireNonNull(step.verdict());
      assertThat(verdict.outcome()).isEqualTo(Verdict.Outcome.HOLD);
      assertThat(verdict.reasons())
          .singleElement()
          .asString()
          .matches("drift from the base 0\\.\\d{4} > guard\\.drift\\.max 0\\.0000");
    }
    assertThat(learner.version()).isZero();
  }

  @Test
  void shouldHoldWhenTheContentIsWhatIsLiveAlready() {
    LearnerConfig sourceOnly =
        new LearnerConfig(
            method("bn-1", OptimiserConfig.Rule.ADAM),
            new GuardConfig(1),
            4,
            2,
            Duration.ofSeconds(1),
            .5,
            1,
            1,
            1);
    Learner learner = new Learner(LINEAGE, sourceOnly, model);
    Step step = offerAll(learner, model, drifted(4, 1)).get(0);
    Verdict verdict = Objects.requireNonNull(step.verdict());
    assertThat(verdict.outcome()).isEqualTo(Verdict.Outcome.HOLD);
    assertThat(verdict.reasons()).containsExactly("content equals version 0");
    assertThat(step.version()).isNull();
  }

  @Test
  void shouldReturnToThePromotedWeightsWhenACandidateIsNotFinite() {
    Learner learner = new Learner(LINEAGE, config("tent"), model);
    List<Sample> samples = drifted(12, 1);
    offerAll(learner, model, samples.subList(0, 4));
    byte[] theta = Objects.requireNonNull(learner.snapshot().get("theta/0"));
    byte[] statistics = learner.snapshot().get("statistics/0");
    float[] poison = samples.get(5).input().clone();
    poison[7] = Float.NaN;

    Step poisoned =
        offerAll(
                learner,
                model,
                List.of(samples.get(4), sample(5, 50, poison), samples.get(6), samples.get(7)))
            .get(0);

    Verdict verdict = Objects.requireNonNull(poisoned.verdict());
    assertThat(verdict.outcome()).isEqualTo(Verdict.Outcome.ROLLBACK);
    assertThat(verdict.reasons()).singleElement().asString().endsWith(" is not finite");
    assertThat(poisoned.version()).isNull();
    assertThat(learner.snapshot().get("theta/0")).isEqualTo(theta);
    assertThat(learner.snapshot().get("statistics/0")).isEqualTo(statistics);
    assertThat(learner.snapshot().get("moment-first/0")).isEqualTo(new byte[theta.length]);

    Version next = versions(offerAll(learner, model, samples.subList(8, 12))).get(0);
    assertThat(next.id().number()).isEqualTo(2);
    assertThat(next.candidate().parent()).isEqualTo(1);
    assertThat(next.firstOffset()).as("the samples since the parent").isEqualTo(4);
    for (float value : next.candidate().weights().values()) {
      assertThat(value).isFinite();
    }
  }

  @Test
  void shouldNotNoticeOtherLearnersWhenTheyShareTheModel() {
    List<Sample> mine = drifted(24, 1);
    List<Sample> theirs = drifted(24, 2);
    Learner alone = new Learner(LINEAGE, config("tent"), model);
    List<Version> expected = versions(offerAll(alone, model, mine));

    try (FakeModel shared = model()) {
      Learner first = new Learner(LINEAGE, config("tent"), shared);
      Learner second = new Learner(new LineageId("fake", "b"), config("bn-1"), shared);
      List<Step> steps = new ArrayList<>();
      for (int i = 0; i < 24; i++) {
        steps.addAll(first.offer(mine.get(i), shared));
        second.offer(theirs.get(i), shared);
      }
      Learner late = new Learner(new LineageId("fake", "c"), config("tent"), shared);
      assertThat(versions(steps)).extracting(Version::id).isEqualTo(ids(expected));
      assertThat(versions(offerAll(late, shared, mine)))
          .as("a learner made after others trained starts at the base model")
          .extracting(version -> version.id().content())
          .isEqualTo(expected.stream().map(version -> version.id().content()).toList());
    }
  }

  @Test
  void shouldServeBetterThanTheFrozenModelOneSampleAtATime() {
    Learner learner = new Learner(LINEAGE, config("tent"), model);
    List<Version> versions = versions(offerAll(learner, model, drifted(100, 1)));
    List<Sample> held = drifted(100, 2);
    try (FakeModel serving = model();
        FakeSlot slot = new FakeSlot(serving, LINEAGE)) {
      double frozen = accuracy(slot, held);
      Version last = versions.get(versions.size() - 1);
      slot.swap(last.id(), last.candidate().weights());
      assertThat(accuracy(slot, held)).isGreaterThan(frozen + .1);
    }
  }

  private static double accuracy(FakeSlot slot, List<Sample> samples) {
    int right = 0;
    for (Sample sample : samples) {
      Tensor logits = slot.predict(Tensor.stack(List.of(sample.input()), SHAPE)).logits();
      int label = (int) (sample.offset() % LearnerFixture.CLASSES);
      right += Softmax.argMax(logits.data(), 0, LearnerFixture.CLASSES) == label ? 1 : 0;
    }
    return right / (double) samples.size();
  }

  private static List<Object> ids(List<Version> versions) {
    return Arrays.asList(versions.stream().map(Version::id).toArray());
  }

  private static Tensor forward(List<Sample> samples, NormMode mode) {
    try (FakeModel fresh = model();
        Tape tape =
            fresh.forward(
                Tensor.stack(samples.stream().map(Sample::input).toList(), SHAPE), mode, false)) {
      return tape.logits();
    }
  }
}
