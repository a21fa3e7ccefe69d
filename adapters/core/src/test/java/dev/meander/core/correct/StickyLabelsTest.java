package dev.meander.core.correct;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.meander.core.math.Softmax;
import dev.meander.core.objective.Rows;
import dev.meander.core.optimise.StateArrays;
import dev.meander.core.tensor.Tensor;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class StickyLabelsTest {

  private static final int CLASSES = 4;
  private static final Tensor NO_FEATURES = new Tensor(new float[0], 0, 1);

  /** Logits of a model that gives the label odds of e to 1, and another class more in error. */
  private static Tensor logits(int[] labels, double errorRate, SplittableRandom random) {
    float[] logits = new float[labels.length * CLASSES];
    for (int i = 0; i < labels.length; i++) {
      boolean wrong = random.nextDouble() < errorRate;
      int shown = wrong ? (labels[i] + 1 + random.nextInt(CLASSES - 1)) % CLASSES : labels[i];
      logits[i * CLASSES + shown] = 1.5f;
    }
    return new Tensor(logits, labels.length, CLASSES);
  }

  private static int[] runs(int length, int count) {
    return IntStream.range(0, length * count).map(i -> i / length * 3 % CLASSES).toArray();
  }

  private static double error(Tensor logits, int[] labels) {
    int wrong = 0;
    for (int i = 0; i < labels.length; i++) {
      wrong += Softmax.argMax(logits.data(), i * CLASSES, CLASSES) == labels[i] ? 0 : 1;
    }
    return (double) wrong / labels.length;
  }

  @Test
  void shouldForeseePredictionsAsFarAsLabelsStayAndAreSeen() {
    SplittableRandom random = new SplittableRandom(5);
    int[] shuffled = random.ints(400, 0, CLASSES).toArray();
    int[] sorted = runs(40, 10);
    double drawn = new StickyLabels(CLASSES).foresee(Rows.of(logits(shuffled, .1, random)));
    double stays = new StickyLabels(CLASSES).foresee(Rows.of(logits(sorted, 0, random)));
    double blurred = new StickyLabels(CLASSES).foresee(Rows.of(logits(sorted, .4, random)));
    assertThat(drawn).isBetween(-.02, .02);
    assertThat(blurred).isGreaterThan(drawn + .02);
    assertThat(stays).isGreaterThan(1.5 * blurred);
  }

  @Test
  void shouldForeseeByTheWeightsBeforeASampleWhenThereIsOne() {
    // every chain starts even, so the evidence of any is the mean of l under r: 1 for a sure sample
    double foreseen = new StickyLabels(2).foresee(Rows.of(new Tensor(new float[] {3, 0}, 1, 2)));
    assertThat(foreseen).isCloseTo(0, within(1e-6));
  }

  @Test
  void shouldSolveTheChainByItsFormulasWhenThereAreTwoSamples() {
    // one batch of two samples, two classes, by brute force over the four label sequences
    double[][] p = {{.8, .2}, {.4, .6}};
    float[] logits = {
      (float) Math.log(p[0][0]), (float) Math.log(p[0][1]),
      (float) Math.log(p[1][0]), (float) Math.log(p[1][1])
    };
    double[][] grid = grid();
    double[] logWeight = new double[grid.length];
    double[][][] joint = new double[grid.length][2][2];
    double[] r2 = {.5 + (p[0][0] - .5) / 200, .5 + (p[0][1] - .5) / 200};
    for (int g = 0; g < grid.length; g++) {
      double e = grid[g][0];
      double f = grid[g][1];
      double prior = (g == 0 ? .5 : .5 / (grid.length - 1)) * Math.exp(-40 * f);
      double first = 0;
      double all = 0;
      for (int a = 0; a < 2; a++) {
        double la = (1 - f) * p[0][a] / .5 + f;
        first += .5 * la;
        for (int b = 0; b < 2; b++) {
          double lb = (1 - f) * p[1][b] / r2[b] + f;
          double move = (a == b ? 1 - e : 0) + e * r2[b];
          joint[g][a][b] = .5 * la * move * lb;
          all += joint[g][a][b];
        }
      }
      double afterFirst = Math.log(prior) + Math.log(first);
      logWeight[g] = .995 * afterFirst + .005 * Math.log(prior) + Math.log(all / first);
    }
    double total = Arrays.stream(logWeight).map(Math::exp).sum();
    double[] wanted = new double[4];
    for (int g = 0; g < grid.length; g++) {
      double weight = Math.exp(logWeight[g]) / total;
      double sum = Arrays.stream(joint[g]).flatMapToDouble(Arrays::stream).sum();
      for (int a = 0; a < 2; a++) {
        for (int b = 0; b < 2; b++) {
          wanted[a] += weight * joint[g][a][b] / sum;
          wanted[2 + b] += weight * joint[g][a][b] / sum;
        }
      }
    }
    Tensor corrected = new StickyLabels(2).correct(new Tensor(logits, 2, 2), NO_FEATURES);
    for (int i = 0; i < 4; i++) {
      assertThat(Math.exp(corrected.data()[i]))
          .as("entry %d", i)
          .isCloseTo(wanted[i], within(1e-4));
    }
  }

  /** Pairs of e and f. */
  private static double[][] grid() {
    double[] redraw = {.7, .5, .35, .25, .15, .1, .05, .02, .01, .004};
    double[] doubt = {.02, .1, .2, .5};
    return Stream.concat(
            Stream.of(new double[] {1, .02}),
            Arrays.stream(redraw)
                .boxed()
                .flatMap(e -> Arrays.stream(doubt).mapToObj(f -> new double[] {e, f})))
        .toArray(double[][]::new);
  }

  @Test
  void shouldFollowALongRunWhenHalfThePredictionsAreWrong() {
    int[] labels = runs(100, 10);
    Tensor logits = logits(labels, .5, new SplittableRandom(6));
    Tensor corrected = new StickyLabels(CLASSES).correct(logits, NO_FEATURES);
    assertThat(error(logits, labels)).isGreaterThan(.45);
    assertThat(error(corrected, labels)).isLessThan(.1);
  }

  @Test
  void shouldHoldALabelLessWhenItTrustsPredictions() {
    // one class of ten in half of the predictions, all of them sure, the rest anywhere
    SplittableRandom random = new SplittableRandom(8);
    int classes = 10;
    float[] sure = new float[300 * classes];
    for (int i = 0; i < 300; i++) {
      int shown = random.nextBoolean() ? i / 100 : random.nextInt(classes);
      sure[i * classes + shown] = 9;
    }
    Tensor logits = new Tensor(sure, 300, classes);
    StickyLabels doubting = new StickyLabels(classes);
    StickyLabels trusting = StickyLabels.trusting(classes);
    doubting.correct(logits, NO_FEATURES);
    trusting.correct(logits, NO_FEATURES);
    assertThat(doubting.redrawProbability()).isLessThan(trusting.redrawProbability());
  }

  @Test
  void shouldHardlyChangeAModelThatFavoursAClassInEachDomainOfAShuffledStream() {
    SplittableRandom random = new SplittableRandom(7);
    int classes = 10;
    int[] labels = random.ints(1_500, 0, classes).toArray();
    float[] logits = new float[labels.length * classes];
    int wrong = 0;
    for (int i = 0; i < labels.length; i++) {
      int shown = random.nextDouble() < .25 ? i / 100 % classes : labels[i];
      logits[i * classes + shown] = 4;
      wrong += shown == labels[i] ? 0 : 1;
    }
    Tensor corrected =
        new StickyLabels(classes).correct(new Tensor(logits, labels.length, classes), NO_FEATURES);
    int wrongAfter = 0;
    for (int i = 0; i < labels.length; i++) {
      wrongAfter += Softmax.argMax(corrected.data(), i * classes, classes) == labels[i] ? 0 : 1;
    }
    assertThat(wrong).isGreaterThan(300);
    assertThat(wrongAfter).isLessThan(wrong + 30);
  }

  @Test
  void shouldMendMostErrorsWhenLabelsStay() {
    int[] labels = runs(40, 20);
    Tensor logits = logits(labels, .4, new SplittableRandom(1));
    StickyLabels corrector = new StickyLabels(CLASSES);
    Tensor corrected = corrector.correct(logits, NO_FEATURES);
    assertThat(error(logits, labels)).isGreaterThan(.3);
    assertThat(error(corrected, labels)).isLessThan(.06);
    assertThat(corrector.redrawProbability()).isLessThan(.1);
  }

  @Test
  void shouldChangeNextToNothingWhenLabelsDoNotStay() {
    SplittableRandom random = new SplittableRandom(2);
    int[] labels = random.ints(800, 0, CLASSES).toArray();
    Tensor logits = logits(labels, .4, random);
    StickyLabels corrector = new StickyLabels(CLASSES);
    Tensor corrected = corrector.correct(logits, NO_FEATURES);
    assertThat(corrector.redrawProbability()).isGreaterThan(.9);
    assertThat(error(corrected, labels)).isLessThan(error(logits, labels) + .01);
  }

  @Test
  void shouldNotTakeACollapsedModelForAStickyStream() {
    float[] logits = new float[400 * CLASSES];
    for (int i = 0; i < 400; i++) {
      logits[i * CLASSES] = 5;
    }
    StickyLabels corrector = new StickyLabels(CLASSES);
    for (int i = 0; i < 20; i++) {
      corrector.correct(new Tensor(logits, 400, CLASSES), NO_FEATURES);
    }
    assertThat(corrector.redrawProbability()).isGreaterThan(.4);
  }

  @Test
  void shouldFilterAloneWhenSamplesComeOneByOne() {
    int[] labels = runs(40, 20);
    Tensor logits = logits(labels, .4, new SplittableRandom(3));
    StickyLabels whole = new StickyLabels(CLASSES);
    StickyLabels single = new StickyLabels(CLASSES);
    double smoothed = error(whole.correct(logits, NO_FEATURES), labels);
    float[] filtered = new float[logits.data().length];
    for (int i = 0; i < labels.length; i++) {
      Tensor one = single.correct(logits.rows(new int[] {i}), NO_FEATURES);
      System.arraycopy(one.data(), 0, filtered, i * CLASSES, CLASSES);
    }
    assertThat(error(new Tensor(filtered, logits.shape()), labels)).isBetween(smoothed, .2);
    // what is remembered does not depend on how the stream is cut
    assertThat(state(single)).isDeepEqualTo(state(whole));
  }

  @Test
  void shouldRememberNothingWhenPreviewed() {
    StickyLabels corrector = new StickyLabels(CLASSES);
    Tensor logits = logits(runs(10, 3), .2, new SplittableRandom(4));
    corrector.correct(logits, NO_FEATURES);
    double[][] before = state(corrector);
    Tensor previewed = corrector.preview(logits, NO_FEATURES);
    assertThat(state(corrector)).isDeepEqualTo(before);
    assertThat(corrector.correct(logits, NO_FEATURES)).isEqualTo(previewed);
    corrector.restart();
    assertThat(state(corrector)).isDeepEqualTo(state(new StickyLabels(CLASSES)));
  }

  private static double[][] state(StickyLabels corrector) {
    StateArrays arrays = new StateArrays();
    corrector.state(arrays);
    return arrays.doubles().values().stream().map(double[]::clone).toArray(double[][]::new);
  }
}
