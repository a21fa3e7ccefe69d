package dev.meander.core.learner;

import static dev.meander.core.learner.LearnerFixture.CLASSES;
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
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meander.core.method.MethodConfig;
import dev.meander.core.model.FakeModel;
import dev.meander.core.optimise.OptimiserConfig;
import dev.meander.core.tensor.Sample;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A learner that was stopped anywhere and restored gives the versions of one that was not. */
class LearnerRestoreTest {

  private static final String REFUSED =
      "the stored state belongs to another base model, method or layout";

  static Stream<LearnerConfig> configs() {
    LearnerConfig tent = config(method("tent", OptimiserConfig.Rule.ADAM));
    return Stream.of(
        tent,
        config(method("tent", OptimiserConfig.Rule.SGD)),
        publishingEvery(2, tent),
        config("bn-1"),
        config("alpha-bn"),
        config("bn-ema"),
        config("source"));
  }

  @ParameterizedTest
  @MethodSource("configs")
  void shouldGiveTheSameVersionsWhenStoppedAnywhere(LearnerConfig config) {
    List<Sample> samples = eventful();
    List<String> expected = run(config, samples, samples.size() + 1);
    assertThat(expected).as("the stream makes steps").hasSizeGreaterThan(5);
    assertThat(expected.stream().anyMatch(trace -> trace.contains("ROLLBACK")))
        .as("one of them is rolled back")
        .isEqualTo(!config.method().name().equals("source"));
    for (int cut = 0; cut <= samples.size(); cut++) {
      assertThat(run(config, samples, cut)).as("stopped after %s", cut).isEqualTo(expected);
    }
  }

  @Test
  void shouldGiveTheSameVersionsWhenStoppedAfterEverySample() {
    List<Sample> samples = eventful();
    List<String> expected = run(config("tent"), samples, samples.size() + 1);
    List<String> found = new ArrayList<>();
    Map<String, byte[]> stored = new HashMap<>();
    List<Sample> pending = List.of();
    for (Sample sample : samples) {
      try (FakeModel model = model()) {
        Learner learner = restored(config("tent"), model, stored, pending);
        found.addAll(traces(learner.offer(sample, model)));
        stored = learner.snapshot();
        pending = learner.pending();
      }
    }
    assertThat(found).isEqualTo(expected);
  }

  /** Full batches, one flushed by age, one that is rolled back, and a rest. */
  private static List<Sample> eventful() {
    List<Sample> samples = new ArrayList<>();
    for (Sample sample : drifted(31, 1)) {
      long time = sample.eventTimeMillis() + (sample.offset() >= 10 ? 5_000 : 0);
      float[] input = sample.input().clone();
      if (sample.offset() == 16) {
        input[0] = Float.POSITIVE_INFINITY;
      }
      samples.add(sample(sample.offset(), time, input));
    }
    return samples;
  }

  /** Runs the stream with one stop after {@code cut} samples; beyond the end there is none. */
  private static List<String> run(LearnerConfig config, List<Sample> samples, int cut) {
    List<String> traces = new ArrayList<>();
    Map<String, byte[]> stored = new HashMap<>();
    List<Sample> pending;
    try (FakeModel model = model()) {
      Learner learner = new Learner(LINEAGE, config, model);
      for (Sample sample : samples.subList(0, Math.min(cut, samples.size()))) {
        traces.addAll(traces(learner.offer(sample, model)));
        if (learner.changedSinceSnapshot()) {
          stored = learner.snapshot();
          assertThat(learner.changedSinceSnapshot()).isFalse();
        }
      }
      pending = learner.pending();
    }
    if (cut < samples.size()) {
      try (FakeModel model = model()) {
        Learner learner = restored(config, model, stored, pending);
        traces.addAll(traces(offerAll(learner, model, samples.subList(cut, samples.size()))));
      }
    }
    return traces;
  }

  private static Learner restored(
      LearnerConfig config, FakeModel model, Map<String, byte[]> stored, List<Sample> pending) {
    Learner learner = new Learner(LINEAGE, config, model);
    if (!stored.isEmpty()) {
      assertThat(learner.restore(stored)).isNull();
      assertThat(learner.snapshot())
          .usingRecursiveComparison()
          .as("a restored learner stores what it was restored from")
          .isEqualTo(stored);
    }
    assertThat(offerAll(learner, model, pending)).as("the unfinished batch").isEmpty();
    assertThat(learner.pending()).isEqualTo(pending);
    return learner;
  }

  /** Everything of a step that must be equal, bit for bit. */
  private static List<String> traces(List<Step> steps) {
    return steps.stream()
        .map(
            step ->
                step.number()
                    + " "
                    + step.samples().stream().map(Sample::offset).toList()
                    + " "
                    + step.logits().hashCode()
                    + " "
                    + step.loss()
                    + " "
                    + step.verdict()
                    + versions(List.of(step)).stream()
                        .map(v -> v.id() + " " + v.stateHash() + " " + v.firstOffset())
                        .toList())
        .toList();
  }

  @Test
  void shouldKeepOnlyTheVersionNumberWhenTheBaseIsAnother() {
    Map<String, byte[]> stored = stored(config("tent"), 13);
    try (FakeModel other = new FakeModel("fake", SHAPE, CLASSES, 2)) {
      Learner fresh = new Learner(LINEAGE, config("tent"), other);
      List<Version> expected = versions(offerAll(fresh, other, drifted(8, 3)));
      Learner learner = new Learner(LINEAGE, config("tent"), other);

      assertThat(learner.restore(stored)).isEqualTo(REFUSED);

      assertThat(learner.version()).isEqualTo(3);
      assertThat(learner.steps()).isZero();
      List<Version> found = versions(offerAll(learner, other, drifted(8, 3)));
      assertThat(found).extracting(version -> version.id().number()).containsExactly(4L, 5L);
      assertThat(found).extracting(version -> version.candidate().parent()).containsExactly(3L, 4L);
      for (int i = 0; i < found.size(); i++) {
        assertThat(found.get(i).id().content()).isEqualTo(expected.get(i).id().content());
        assertThat(found.get(i).samples()).isEqualTo(expected.get(i).samples());
        assertThat(found.get(i).firstOffset()).isEqualTo(expected.get(i).firstOffset());
      }
    }
  }

  @Test
  void shouldStartAgainAtTheBaseWhenTheMethodOrItsRuleIsAnother() {
    Map<String, byte[]> stored = stored(config("tent"), 13);
    for (LearnerConfig other :
        List.of(config("bn-1"), config(method("tent", OptimiserConfig.Rule.SGD)))) {
      try (FakeModel model = model()) {
        Learner learner = new Learner(LINEAGE, other, model);
        assertThat(learner.restore(stored)).isEqualTo(REFUSED);
        assertThat(learner.version()).isEqualTo(3);
        assertThat(learner.steps()).isZero();
      }
    }
  }

  @Test
  void shouldContinueWhenOnlyARateChanged() {
    Map<String, byte[]> stored = stored(config("tent"), 13);
    try (FakeModel model = model()) {
      LearnerConfig faster =
          config(new MethodConfig("tent", OptimiserConfig.Rule.ADAM, .5, .9, true, .3));
      Learner learner = new Learner(LINEAGE, faster, model);
      assertThat(learner.restore(stored)).isNull();
      assertThat(learner.steps()).isEqualTo(3);
    }
  }

  @Test
  void shouldRefuseDamagedStateByName() {
    Map<String, byte[]> stored = stored(config("tent"), 13);
    assertThat(stored)
        .containsOnlyKeys(
            "counters",
            "method",
            "theta/0",
            "statistics/0",
            "promoted-theta/0",
            "promoted-statistics/0",
            "promoted-content",
            "moment-first/0",
            "moment-second/0");
    for (String name : stored.keySet()) {
      Map<String, byte[]> missing = new HashMap<>(stored);
      missing.remove(name);
      refuses(missing, "expected state block " + name + ", found none");
    }
    refuses(
        with(stored, "theta/0", new byte[3]), "expected 128 bytes in state block theta/0, found 3");
    refuses(
        with(stored, "counters", new byte[3]),
        "expected 84 bytes in state block counters, found 3");
    refuses(with(stored, "counters", new byte[84]), "expected learner state of format 1, found 0");
    refuses(
        with(stored, "promoted-content", new byte[3]), "expected a digest of 32 bytes, found 3");
  }

  private static Map<String, byte[]> with(Map<String, byte[]> stored, String name, byte[] bytes) {
    Map<String, byte[]> changed = new HashMap<>(stored);
    changed.put(name, bytes);
    return changed;
  }

  private static void refuses(Map<String, byte[]> blocks, String message) {
    try (FakeModel model = model()) {
      Learner learner = new Learner(LINEAGE, config("tent"), model);
      assertThatThrownBy(() -> learner.restore(blocks))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(message);
    }
  }

  private static Map<String, byte[]> stored(LearnerConfig config, int samples) {
    try (FakeModel model = model()) {
      Learner learner = new Learner(LINEAGE, config, model);
      offerAll(learner, model, drifted(samples, 1));
      return learner.snapshot();
    }
  }
}
