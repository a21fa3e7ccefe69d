package dev.meander.core.method;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meander.core.head.Heads;
import dev.meander.core.math.Vectors;
import dev.meander.core.memory.MemoryConfig;
import dev.meander.core.model.AdaptableModel;
import dev.meander.core.model.CountingModel;
import dev.meander.core.model.FakeModel;
import dev.meander.core.normalise.StatisticsEstimate;
import dev.meander.core.tensor.LabelledBatch;
import dev.meander.core.tensor.Tensor;
import dev.meander.core.weights.Block;
import dev.meander.core.weights.Layout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;

/** A learner's copy of a method on a small model, with what it adapts. */
final class Subject implements AutoCloseable {

  static final int CLASSES = 5;
  static final int[] SHAPE = {1, 4, 4};
  static final int SIZE = 16;
  static final int ROWS = 12;

  /** Banks, views and warm-up small enough for a unit test; filters that let samples pass. */
  private static final Map<String, Double> SMALL =
      Map.ofEntries(
          Map.entry("memory-size", 8.0),
          Map.entry("update-every", 4.0),
          Map.entry("queue-size", 16.0),
          Map.entry("warmup-steps", 2.0),
          Map.entry("n-augmentations", 2.0),
          Map.entry("views", 3.0),
          Map.entry("uploads", 4.0),
          Map.entry("replay-size", 16.0),
          Map.entry("replay-from", 4.0),
          Map.entry("projection-dim", 6.0),
          Map.entry("e0-factor", 1.0),
          Map.entry("e-min-factor", 0.0),
          Map.entry("margin", 1.0),
          Map.entry("d-margin", 1.1),
          Map.entry("plpd", -1.0));

  /** The model under test. */
  enum Kind {
    NETWORK,
    HEAD,
    HEAD_WITH_RESIDUAL;

    private AdaptableModel open(FakeModel drawn) {
      return this == NETWORK ? drawn : Heads.like(drawn, this == HEAD ? 0 : 2);
    }
  }

  final Kind kind;
  final CountingModel model;
  final Method method;
  final float[] theta;
  final StatisticsEstimate statistics;
  long steps;

  private final FakeModel drawn;

  Subject(Kind kind, String name, int classes, Map<String, Double> more) {
    this(kind, name, classes, more, MemoryConfig.NONE);
  }

  Subject(Kind kind, String name, int classes, Map<String, Double> more, MemoryConfig memory) {
    this.kind = kind;
    this.drawn = new FakeModel("m", SHAPE, classes, 3);
    this.model = new CountingModel(kind.open(drawn));
    Set<String> known =
        Methods.declaration(name).constants().stream()
            .map(Constant::name)
            .collect(Collectors.toSet());
    Map<String, Double> constants = new HashMap<>(SMALL);
    constants.putAll(more);
    constants.keySet().retainAll(known);
    MethodConfig config =
        new MethodConfig(name, null, constants, List.of(), memory, SourceConfig.NONE);
    this.method = new Method(config, model, source(classes), 7);
    this.theta = base(method.trained());
    Layout layout = model.spec().inventory().select(block -> block.role().isStatistic());
    this.statistics = new StatisticsEstimate(layout, base(layout));
  }

  Subject(Kind kind, String name) {
    this(kind, name, CLASSES, Map.of());
  }

  private float[] base(Layout layout) {
    float[] all = new float[layout.size()];
    for (Block block : layout.blocks()) {
      float[] floats = new float[block.size()];
      model.readBase(block, floats);
      System.arraycopy(floats, 0, all, layout.offset(block), floats.length);
    }
    return all;
  }

  MethodStep step(Tensor x) {
    return method.step(model, Batch.of(x, steps++), theta, statistics, .9);
  }

  /** Everything that would be stored. */
  List<float[]> floats() {
    List<float[]> all = new ArrayList<>(List.of(theta, statistics.estimate()));
    all.addAll(method.state().floats().values());
    if (method.optimiser() != null) {
      all.addAll(method.optimiser().moments().values());
    }
    return all;
  }

  List<float[]> copy() {
    return floats().stream().map(float[]::clone).toList();
  }

  @Override
  public void close() {
    model.close();
  }

  private SourceBatches source(int classes) {
    SplittableRandom random = new SplittableRandom(5);
    List<LabelledBatch> batches = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      int[] labels = random.ints(ROWS, 0, classes).toArray();
      batches.add(new LabelledBatch(inputs(labels, .2, random), labels));
    }
    return new SourceBatches(batches);
  }

  /** Inputs of these classes. */
  Tensor inputs(int[] labels, double noise, SplittableRandom random) {
    Tensor x = inputs(drawn, labels, noise, random);
    int[] input = model.spec().inputShape();
    int[] shape = new int[input.length + 1];
    shape[0] = labels.length;
    System.arraycopy(input, 0, shape, 1, input.length);
    return new Tensor(x.data(), shape);
  }

  /** Inputs of these classes for a network. */
  static Tensor inputs(FakeModel model, int[] labels, double noise, SplittableRandom random) {
    return Tensor.stack(
        Arrays.stream(labels).mapToObj(label -> model.input(label, random, noise)).toList(), SHAPE);
  }

  /** Inputs that are all zero. */
  Tensor zeros(int rows) {
    return Tensor.stack(Collections.nCopies(rows, new float[SIZE]), model.spec().inputShape());
  }

  /** A drifting batch of random classes. */
  Tensor batch(int rows, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int[] labels = random.ints(rows, 0, model.spec().classes()).toArray();
    Tensor x = inputs(labels, 1, random);
    for (int i = 0; i < x.data().length; i++) {
      x.data()[i] = x.data()[i] * 1.5f + .5f;
    }
    return x;
  }

  static void assertHealthy(Subject subject, MethodStep step, int rows) {
    assertThat(step.logits().shape()).containsExactly(rows, subject.model.spec().classes());
    assertThat(Vectors.allFinite(step.logits().data())).as("finite logits").isTrue();
    assertThat(subject.floats()).as("finite state").allMatch(Vectors::allFinite);
    assertThat(subject.model.tapesOpen()).as("open passes").isZero();
  }

  static void copyState(Subject from, Subject into) {
    List<float[]> values = from.copy();
    List<float[]> live = into.floats();
    for (int i = 0; i < live.size(); i++) {
      System.arraycopy(values.get(i), 0, live.get(i), 0, live.get(i).length);
    }
    Map<String, double[]> doubles = into.method.state().doubles();
    from.method
        .state()
        .doubles()
        .forEach(
            (array, found) ->
                System.arraycopy(
                    found, 0, doubles.getOrDefault(array, new double[0]), 0, found.length));
    if (from.method.optimiser() != null && into.method.optimiser() != null) {
      into.method.optimiser().resumeAt(from.method.optimiser().steps());
    }
    into.steps = from.steps;
  }
}
