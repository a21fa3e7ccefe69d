package dev.meander.core.learner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meander.core.guard.CollapseConfig;
import dev.meander.core.guard.GuardConfig;
import dev.meander.core.guard.Reaction;
import dev.meander.core.head.Heads;
import dev.meander.core.memory.MemoryConfig;
import dev.meander.core.method.Constant;
import dev.meander.core.method.MethodConfig;
import dev.meander.core.method.Methods;
import dev.meander.core.method.SourceBatches;
import dev.meander.core.method.SourceConfig;
import dev.meander.core.model.AdaptableModel;
import dev.meander.core.model.FakeModel;
import dev.meander.core.tensor.LabelledBatch;
import dev.meander.core.tensor.Sample;
import dev.meander.core.tensor.Tensor;
import dev.meander.core.weights.LineageId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A learner of any method goes on from its blocks as if it had never stopped. */
@ParameterizedClass
@EnumSource(MethodStateTest.Kind.class)
class MethodStateTest {

  /** The model that is learnt on. */
  enum Kind {
    NETWORK,
    HEAD,
    GUARDED_HEAD
  }

  @Parameter private Kind kind = Kind.NETWORK;

  private static final int[] SHAPE = {1, 4, 4};
  private static final int SIZE = 16;
  private static final int CLASSES = 4;
  private static final FakeModel DRAWN = new FakeModel("m", SHAPE, CLASSES, 2);
  private static final int BATCH = 8;
  private static final LineageId LINEAGE = new LineageId("m", "global");
  private static final Map<String, Double> SMALL =
      Map.ofEntries(
          Map.entry("memory-size", 8.0),
          Map.entry("update-every", 4.0),
          Map.entry("queue-size", 16.0),
          Map.entry("warmup-steps", 2.0),
          Map.entry("n-augmentations", 2.0),
          Map.entry("aug-if-anchor-confidence-below", 1.1),
          Map.entry("views", 2.0),
          Map.entry("uploads", 4.0),
          Map.entry("replay-size", 16.0),
          Map.entry("projection-dim", 4.0),
          Map.entry("e0-factor", 1.0),
          Map.entry("d-margin", 1.1),
          Map.entry("margin", 1.0),
          Map.entry("plpd", -1.0));

  static Stream<String> names() {
    return Methods.names().stream();
  }

  private AdaptableModel open() {
    FakeModel network = new FakeModel("m", SHAPE, CLASSES, 2);
    return kind != Kind.NETWORK ? Heads.like(network, 2) : network;
  }

  private GuardConfig guard() {
    return kind == Kind.GUARDED_HEAD
        ? new GuardConfig(
            100,
            Reaction.HOLD,
            new CollapseConfig(.9, Reaction.HOLD, .9, Reaction.ROLLBACK, .1, Reaction.RESET, 20, 3))
        : new GuardConfig(100);
  }

  private LearnerConfig config(String name) {
    Map<String, Double> constants = new TreeMap<>();
    for (Constant constant : Methods.declaration(name).constants()) {
      Double value = SMALL.get(constant.name());
      if (value != null) {
        constants.put(constant.name(), value);
      }
    }
    MethodConfig method =
        new MethodConfig(name, null, constants, List.of(), MemoryConfig.NONE, SourceConfig.NONE);
    return new LearnerConfig(method, guard(), BATCH, 1, Duration.ofDays(1), .3, .1, 1, 5);
  }

  private SourceBatches source() {
    int[] shape = kind != Kind.NETWORK ? new int[] {SIZE} : SHAPE;
    SplittableRandom random = new SplittableRandom(5);
    List<LabelledBatch> batches = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      int[] labels = random.ints(BATCH, 0, CLASSES).toArray();
      List<float[]> rows = new ArrayList<>();
      for (int label : labels) {
        rows.add(DRAWN.input(label, random, .3));
      }
      batches.add(new LabelledBatch(Tensor.stack(rows, shape), labels));
    }
    return new SourceBatches(batches);
  }

  private static Sample sample(long offset) {
    SplittableRandom random = new SplittableRandom(offset);
    float[] input = DRAWN.input(random.nextInt(CLASSES), random, 1);
    for (int i = 0; i < input.length; i++) {
      input[i] = 1.3f * input[i] + .4f;
    }
    return new Sample("e" + offset, offset, input, new float[0], 1, offset);
  }

  private static List<String> run(Learner learner, AdaptableModel model, long from, long to) {
    List<String> versions = new ArrayList<>();
    for (long offset = from; offset < to; offset++) {
      for (Step step : learner.offer(sample(offset), model)) {
        Version version = step.version();
        versions.add(version == null ? "none" : version.id() + " " + version.stateHash());
      }
    }
    return versions;
  }

  @ParameterizedTest
  @MethodSource("names")
  void shouldGoOnFromItsBlocksAsIfItHadNeverStopped(String name) {
    try (AdaptableModel model = open();
        AdaptableModel another = open()) {
      Learner whole = new Learner(LINEAGE, config(name), model, source());
      run(whole, model, 0, 5 * BATCH);
      Learner resumed = new Learner(LINEAGE, config(name), another, source());
      assertThat(resumed.restore(whole.snapshot())).isNull();
      assertThat(resumed.snapshot()).usingRecursiveComparison().isEqualTo(whole.snapshot());
      List<String> expected = run(whole, model, 5 * BATCH, 9 * BATCH);
      assertThat(run(resumed, another, 5 * BATCH, 9 * BATCH)).isEqualTo(expected);
      assertThat(resumed.snapshot()).usingRecursiveComparison().isEqualTo(whole.snapshot());
    }
  }

  @Test
  void shouldMakeOtherChoicesInAnotherLineage() {
    try (AdaptableModel model = open()) {
      Learner one = new Learner(LINEAGE, config("cotta"), model);
      Learner other = new Learner(new LineageId("m", "other"), config("cotta"), model);
      run(one, model, 0, 3 * BATCH);
      run(other, model, 0, 3 * BATCH);
      assertThat(other.snapshot().get("theta/0"))
          .as("floats restored by chance")
          .isNotEqualTo(one.snapshot().get("theta/0"));
    }
  }

  @Test
  void shouldStartAgainWhenTheBankHasAnotherSize() {
    try (AdaptableModel model = open()) {
      Learner small = new Learner(LINEAGE, config("rotta"), model);
      run(small, model, 0, 2 * BATCH);
      LearnerConfig config = config("rotta");
      LearnerConfig larger =
          new LearnerConfig(
              MethodConfig.named("rotta"),
              config.guard(),
              BATCH,
              1,
              config.batchAgeMax(),
              .3,
              .1,
              1,
              5);
      assertThat(new Learner(LINEAGE, larger, model).restore(small.snapshot()))
          .isEqualTo("the stored state belongs to another base model, method or layout");
    }
  }
}
