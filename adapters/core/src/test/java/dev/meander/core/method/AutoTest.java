package dev.meander.core.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.meander.core.math.Softmax;
import dev.meander.core.math.Vectors;
import dev.meander.core.model.FakeModel;
import dev.meander.core.normalise.StatisticsEstimate;
import dev.meander.core.tensor.LabelledBatch;
import dev.meander.core.tensor.Tensor;
import dev.meander.core.weights.Block;
import dev.meander.core.weights.Layout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;

/** The policy on a model with one norm layer, where its passes show what it expects of them. */
class AutoTest {

  private static final int CLASSES = 4;
  private static final int[] SHAPE = {1, 4, 4};
  private static final double NOISE = 1.2;

  private final FakeModel model = new FakeModel("m", SHAPE, CLASSES, 3);
  private final Layout layout =
      model.spec().inventory().select(block -> block.role().isStatistic());
  private final SplittableRandom random = new SplittableRandom(1);

  /** Error of a method in percent; every third input float is lowered and raised by the drift. */
  private double error(String name, SourceBatches source, List<int[]> batches, float drift) {
    return error(MethodConfig.named(name), source, batches, drift);
  }

  private double error(
      MethodConfig config, SourceBatches source, List<int[]> batches, float drift) {
    return error(config, source, batches, i -> drift);
  }

  /** As above, the drift of each sample by its place in the batch. */
  private double error(
      MethodConfig config, SourceBatches source, List<int[]> batches, IntToDoubleFunction drift) {
    Method method = new Method(config, model, source, 1);
    StatisticsEstimate statistics = new StatisticsEstimate(layout, base());
    int wrong = 0;
    int all = 0;
    long number = 0;
    for (int[] labels : batches) {
      Tensor x = Subject.inputs(model, labels, NOISE, random);
      for (int i = 0; i < x.data().length; i++) {
        x.data()[i] += (float) drift.applyAsDouble(i / 16) * (i % 16 % 3 - 1);
      }
      Tensor logits =
          method.step(model, Batch.of(x, number++), new float[0], statistics, .9).logits();
      for (int i = 0; i < labels.length; i++) {
        wrong += Softmax.argMax(logits.data(), i * CLASSES, CLASSES) == labels[i] ? 0 : 1;
        all++;
      }
    }
    return 100.0 * wrong / all;
  }

  private float[] base() {
    float[] all = new float[layout.size()];
    for (Block block : layout.blocks()) {
      float[] floats = new float[block.size()];
      model.readBase(block, floats);
      System.arraycopy(floats, 0, all, layout.offset(block), floats.length);
    }
    return all;
  }

  private SourceBatches source() {
    return source(NOISE);
  }

  private SourceBatches source(double noise) {
    List<LabelledBatch> batches = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      int[] labels = random.ints(100, 0, CLASSES).toArray();
      batches.add(new LabelledBatch(Subject.inputs(model, labels, noise, random), labels));
    }
    return new SourceBatches(batches);
  }

  private List<int[]> shuffled(int batches, int size) {
    List<int[]> all = new ArrayList<>();
    for (int i = 0; i < batches; i++) {
      all.add(random.ints(size, 0, CLASSES).toArray());
    }
    return all;
  }

  private static List<int[]> sorted(int batches, int size) {
    List<int[]> all = new ArrayList<>();
    for (int i = 0; i < batches; i++) {
      int[] labels = new int[size];
      Arrays.fill(labels, i % CLASSES);
      all.add(labels);
    }
    return all;
  }

  @Test
  void shouldBeatTheFrozenModelWhenShuffledInputsDrift() {
    SourceBatches source = source();
    double frozen = error("source", source, shuffled(20, 40), 3);
    assertThat(error("auto", source, shuffled(20, 40), 3)).isLessThan(frozen - 10);
  }

  @Test
  void shouldStayNearTheFrozenModelWhenNothingDrifts() {
    SourceBatches source = source();
    double frozen = error("source", source, shuffled(40, 40), 0);
    assertThat(error("auto", source, shuffled(40, 40), 0)).isLessThan(frozen + 1);
    assertThat(error("auto", source, shuffled(1600, 1), 0)).isLessThan(frozen + 1);
    assertThat(error("auto", SourceBatches.NONE, shuffled(40, 40), 0)).isLessThan(frozen + 1);
  }

  @Test
  void shouldBeatBatchStatisticsByFarWhenABatchIsOneClass() {
    SourceBatches source = source();
    double batch = error("bn-1", source, sorted(20, 40), 0);
    double frozen = error("source", source, sorted(20, 40), 0);
    double auto = error("auto", source, sorted(20, 40), 0);
    assertThat(batch).isGreaterThan(50);
    assertThat(auto).isLessThan(Math.min(frozen, batch - 30));
    assertThat(error("auto", SourceBatches.NONE, sorted(20, 40), 0)).isLessThan(batch - 30);
  }

  @Test
  void shouldTellDomainsApartWhenABatchMixesThem() {
    SourceBatches source = source();
    IntToDoubleFunction mixed = i -> i % 3 == 0 ? 8 : i % 3 == 1 ? -8 : 0;
    MethodConfig one = constants(Map.of("domains", 0.0));
    double frozen = error(MethodConfig.named("source"), source, shuffled(20, 60), mixed);
    double together = error(one, source, shuffled(20, 60), mixed);
    double apart = error(constants(Map.of("domain-share", .95)), source, shuffled(20, 60), mixed);
    assertThat(apart).isLessThan(frozen - 10).isLessThan(together - 10);
  }

  @Test
  void shouldGoOnWhenASampleIsFiniteButItsStatisticsOverflow() {
    for (float size : new float[] {1e15f, 1e19f, 1e22f, 1e30f}) {
      Method method = new Method(MethodConfig.named("auto"), model, source(), 1);
      StatisticsEstimate statistics = new StatisticsEstimate(layout, base());
      for (int number = 0; number < 4; number++) {
        Tensor x = Subject.inputs(model, shuffled(1, 20).get(0), NOISE, random);
        if (number == 1) {
          x.data()[5] = size;
        }
        Tensor logits =
            method.step(model, Batch.of(x, number), new float[0], statistics, .9).logits();
        assertThat(logits.rows()).isEqualTo(20);
        if (number != 1) {
          assertThat(Vectors.allFinite(logits.data()))
              .as("step %d after %s", number, size)
              .isTrue();
        }
      }
      assertThat(Vectors.allFinite(statistics.served(0))).as("published after " + size).isTrue();
    }
  }

  @Test
  void shouldServeTheFrozenModelWhenEveryBatchIsAnotherDomain() {
    List<int[]> batches = shuffled(30, 40);
    double distant = distanceOfPublished(batches, number -> number % 2 == 0 ? 3 : -3);
    double near = distanceOfPublished(batches, number -> 3);
    assertThat(distant).isLessThan(.1 * near);
  }

  /** How far the published means are from the source's after batches with a drift each. */
  private double distanceOfPublished(List<int[]> batches, IntToDoubleFunction drift) {
    Method method = new Method(MethodConfig.named("auto"), model, source(), 1);
    StatisticsEstimate statistics = new StatisticsEstimate(layout, base());
    for (int number = 0; number < batches.size(); number++) {
      Tensor x = Subject.inputs(model, batches.get(number), NOISE, random);
      for (int i = 0; i < x.data().length; i++) {
        x.data()[i] += (float) drift.applyAsDouble(number) * (i % 16 % 3 - 1);
      }
      method.step(model, Batch.of(x, number), new float[0], statistics, .9);
    }
    double distance = 0;
    float[] base = base();
    for (int i = 0; i < base.length; i++) {
      distance += Math.abs(statistics.served(0)[i] - base[i]);
    }
    return distance;
  }

  private static MethodConfig constants(Map<String, Double> constants) {
    return new MethodConfig(
        "auto", null, constants, List.of(), MethodConfig.named("auto").memory(), SourceConfig.NONE);
  }

  @Test
  void shouldPublishTheSourceWhenCleanBatchesHoldOneClass() {
    SourceBatches source = source(NOISE / 3);
    StatisticsEstimate statistics = new StatisticsEstimate(layout, base());
    MethodConfig plain = constants(Map.of("window", 1.0, "batch-share", .5));
    Method method = new Method(plain, model, source, 1);
    int[] labels = new int[400];
    for (int i = 0; i < 3; i++) {
      Tensor x = Subject.inputs(model, labels, NOISE / 3, random);
      method.step(model, Batch.of(x, i), new float[0], statistics, .9);
    }
    float[] published = statistics.served(0);
    float[] base = base();
    for (int i = 0; i < base.length; i++) {
      assertThat(published[i]).isCloseTo(base[i], within(.25f));
    }
  }
}
