package dev.meander.core.learner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.meander.core.guard.CollapseConfig;
import dev.meander.core.guard.GuardConfig;
import dev.meander.core.guard.Reaction;
import dev.meander.core.memory.MemoryConfig;
import dev.meander.core.method.Constant;
import dev.meander.core.method.MethodConfig;
import dev.meander.core.method.Methods;
import dev.meander.core.method.SourceBatches;
import dev.meander.core.method.SourceConfig;
import dev.meander.core.model.AdaptableModel;
import dev.meander.core.model.FakeModel;
import dev.meander.core.model.PickyModel;
import dev.meander.core.tensor.LabelledBatch;
import dev.meander.core.tensor.Sample;
import dev.meander.core.tensor.Tensor;
import dev.meander.core.weights.LineageId;
import dev.meander.kit.BadInput;
import dev.meander.kit.BadInput.Entrance;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the model throws on is left out of a step, and nothing else changes. */
class RefusedSamplesTest {

  private static final int[] SHAPE = {1, 4, 4};
  private static final int CLASSES = 4;
  private static final int BATCH = 8;
  private static final LineageId LINEAGE = new LineageId("m", "global");
  private static final FakeModel DRAWN = new FakeModel("m", SHAPE, CLASSES, 2);
  private static final float REMEMBERED = 77;
  private static final Map<String, Double> SMALL =
      Map.of(
          "memory-size", 8.0,
          "update-every", 4.0,
          "queue-size", 16.0,
          "warmup-steps", 2.0,
          "n-augmentations", 2.0,
          "views", 2.0,
          "uploads", 4.0,
          "replay-size", 16.0,
          "projection-dim", 4.0,
          "e0-factor", 1.0);

  /** What the model does not take, by offset. */
  private static final Map<Long, Float> POISON =
      Map.of(
          3L, PickyModel.FORTH,
          10L, PickyModel.AMONG,
          12L, PickyModel.FORTH,
          25L, PickyModel.HUGE,
          33L, PickyModel.BACK);

  static Stream<String> names() {
    return Methods.names().stream();
  }

  private static PickyModel open() {
    return new PickyModel(new FakeModel("m", SHAPE, CLASSES, 2));
  }

  private static LearnerConfig config(String name, MemoryConfig memory) {
    Map<String, Double> constants = new TreeMap<>();
    for (Constant constant : Methods.declaration(name).constants()) {
      Double value = SMALL.get(constant.name());
      if (value != null) {
        constants.put(constant.name(), value);
      }
    }
    MethodConfig method =
        new MethodConfig(name, null, constants, List.of(), memory, SourceConfig.NONE);
    GuardConfig guard =
        new GuardConfig(
            100,
            Reaction.HOLD,
            new CollapseConfig(
                .9, Reaction.HOLD, .9, Reaction.ROLLBACK, .1, Reaction.RESET, 20, 3));
    return new LearnerConfig(method, guard, BATCH, 1, Duration.ofDays(1), .3, .1, 1, 5);
  }

  private static Learner learner(String name, AdaptableModel model) {
    return new Learner(LINEAGE, config(name, MemoryConfig.NONE), model, source());
  }

  private static SourceBatches source() {
    SplittableRandom random = new SplittableRandom(5);
    int[] labels = random.ints(BATCH, 0, CLASSES).toArray();
    List<float[]> rows = new ArrayList<>();
    for (int label : labels) {
      rows.add(DRAWN.input(label, random, .3));
    }
    return new SourceBatches(List.of(new LabelledBatch(Tensor.stack(rows, SHAPE), labels)));
  }

  private static Sample sample(long offset, float... first) {
    SplittableRandom random = new SplittableRandom(offset);
    float[] input = DRAWN.input(random.nextInt(CLASSES), random, 1);
    for (int i = 0; i < input.length; i++) {
      input[i] = 1.3f * input[i] + .4f;
    }
    System.arraycopy(first, 0, input, 0, first.length);
    return new Sample("e" + offset, offset, input, new float[0], 1, offset);
  }

  /** What came of a stream. */
  private record Outcome(List<String> versions, Map<Long, String> refused) {}

  private static Outcome run(Learner learner, AdaptableModel model) {
    List<String> versions = new ArrayList<>();
    Map<Long, String> refused = new TreeMap<>();
    for (long offset = 0; offset < 6 * BATCH; offset++) {
      Float mark = POISON.get(offset);
      Sample sample = mark == null ? sample(offset) : sample(offset, mark);
      for (Step step : learner.offer(sample, model)) {
        Version version = step.version();
        versions.add(
            step.samples().size()
                + (version == null ? " none" : " " + version.id() + " " + version.stateHash()));
        step.refused().forEach(left -> refused.put(left.sample().offset(), left.message()));
      }
    }
    return new Outcome(versions, refused);
  }

  @ParameterizedTest
  @MethodSource("names")
  @BadInput(
      at = Entrance.MODEL,
      what = "a model that throws on a sample: forth, back, beside others, or for want of memory",
      then = "the others of its batch are learned from, the sample is named with the model's words")
  void shouldLearnAsIfTheSamplesThatTheModelRefusesWereNotInTheirBatches(String name) {
    try (PickyModel picky = open();
        FakeModel kind = new FakeModel("m", SHAPE, CLASSES, 2)) {
      Outcome found = run(learner(name, picky), picky);
      assertThat(found.refused().keySet()).contains(3L, 10L, 12L, 25L).isSubsetOf(POISON.keySet());
      assertThat(found.refused().get(3L))
          .isEqualTo(
              "the model threw IllegalStateException: RuntimeError: index out of range in self");
      assertThat(found.refused().get(25L))
          .isEqualTo("the model threw OutOfMemoryError: Java heap space");

      Learner told = learner(name, kind);
      told.refusals(new Refusals(true, found.refused().keySet()));
      assertThat(run(told, kind).versions()).isEqualTo(found.versions());
      assertThat(run(learner(name, picky), picky)).as("a replay").isEqualTo(found);
    }
  }

  @Test
  void shouldLeaveOutWhatFailsOnlyOnTheWayBack() {
    try (PickyModel picky = open()) {
      assertThat(run(learner("tent", picky), picky).refused())
          .containsKey(33L)
          .containsEntry(33L, "the model threw IndexOutOfBoundsException: token 70000 of 50000");
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  @BadInput(
      at = Entrance.MODEL,
      what = "a model that throws on a sample it took before, which the method remembers",
      then = "the method forgets what it remembers and learns on")
  void shouldForgetASampleThatTheModelTakesNoLonger(String name) {
    MemoryConfig memory = new MemoryConfig(MemoryConfig.Kind.WINDOW, 3 * BATCH, 0);
    boolean hasBank = List.of("cema", "note", "rotta").contains(name);
    for (MemoryConfig bank : hasBank ? List.of(MemoryConfig.NONE) : List.of(memory)) {
      try (PickyModel picky = open()) {
        Learner learner = new Learner(LINEAGE, config(name, bank), picky, source());
        for (int offset = 0; offset < BATCH; offset++) {
          learner.offer(sample(offset, REMEMBERED), picky);
        }
        picky.throwOn(REMEMBERED);
        List<Step> steps = new ArrayList<>();
        for (int offset = BATCH; offset < 3 * BATCH; offset++) {
          steps.addAll(learner.offer(sample(offset), picky));
        }
        assertThat(steps).extracting(step -> step.samples().size()).containsExactly(BATCH, BATCH);
      }
    }
  }

  @Test
  @BadInput(
      at = Entrance.MODEL,
      what = "a model that throws on every sample",
      then = "every sample is named, none is learned from, and the next ones are taken")
  void shouldGoOnWhenTheModelTakesNothing() {
    try (PickyModel picky = open()) {
      Learner learner = learner("tent", picky);
      Map<String, byte[]> before = learner.snapshot();
      picky.throwAlways(() -> new UnsupportedOperationException("no kernel for this CPU"));
      List<Step> steps = new ArrayList<>();
      for (int offset = 0; offset < 2 * BATCH; offset++) {
        steps.addAll(learner.offer(sample(offset), picky));
      }
      assertThat(steps).hasSize(2);
      assertThat(steps).allMatch(step -> step.samples().isEmpty() && step.version() == null);
      assertThat(steps.get(1).refused())
          .hasSize(BATCH)
          .extracting(Refused::message)
          .containsOnly("the model threw UnsupportedOperationException: no kernel for this CPU");
      assertThat(learner.snapshot()).usingRecursiveComparison().isEqualTo(before);
      picky.throwAlways(null);
      for (int offset = 2 * BATCH; offset < 3 * BATCH; offset++) {
        steps.addAll(learner.offer(sample(offset), picky));
      }
      assertThat(steps.get(2).version()).isNotNull();
    }
  }

  @Test
  @BadInput(
      at = Entrance.MODEL,
      what = "a batch that there is no memory for, though each of its samples fits",
      then = "it waits; told not to, the learner leaves it out and says that memory was short")
  void shouldWaitForMemoryThatMayComeBack() {
    try (PickyModel picky = open()) {
      Learner learner = learner("tent", picky);
      picky.throwAlways(() -> new OutOfMemoryError("Java heap space"));
      for (int offset = 0; offset < BATCH - 1; offset++) {
        learner.offer(sample(offset), picky);
      }
      assertThatExceptionOfType(MemoryShortException.class)
          .isThrownBy(() -> learner.offer(sample(BATCH - 1), picky))
          .withMessage(
              "expected memory for a step of 8 samples, found too little: the model threw"
                  + " OutOfMemoryError: Java heap space");

      Learner impatient = learner("tent", picky);
      impatient.refusals(new Refusals(false, Set.of()));
      List<Step> steps = new ArrayList<>();
      for (int offset = 0; offset < BATCH; offset++) {
        steps.addAll(impatient.offer(sample(offset), picky));
      }
      assertThat(steps.get(0).refused()).hasSize(BATCH).allMatch(Refused::memory);
    }
  }

  @Test
  void shouldStepOnWithOneSampleLessWhenTheOffsetsAreFromALog() {
    try (PickyModel picky = open()) {
      List<Step> steps = new ArrayList<>();
      Learner learner = learner("tent", picky);
      steps.addAll(learner.offer(sample(40, PickyModel.FORTH), picky));
      for (int offset = 41; offset < 40 + BATCH; offset++) {
        steps.addAll(learner.offer(sample(offset), picky));
      }
      Version version = Objects.requireNonNull(steps.get(0).version());
      assertThat(version.samples()).isEqualTo(BATCH - 1);
      assertThat(version.origin().offset()).as("where a replay begins").isEqualTo(40);
      assertThat(version.firstOffset()).isEqualTo(41);
    }
  }
}
