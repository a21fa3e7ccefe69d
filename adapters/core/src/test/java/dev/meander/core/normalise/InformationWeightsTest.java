package dev.meander.core.normalise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.meander.core.correct.StickyLabels;
import dev.meander.core.objective.Rows;
import dev.meander.core.optimise.StateArrays;
import dev.meander.core.tensor.Tensor;
import org.junit.jupiter.api.Test;

class InformationWeightsTest {

  private static final double LOG_2 = Math.log(2);

  private static Rows rows(double... firstClass) {
    float[] logits = new float[2 * firstClass.length];
    for (int i = 0; i < firstClass.length; i++) {
      logits[2 * i] = (float) Math.log(firstClass[i]);
      logits[2 * i + 1] = (float) Math.log(1 - firstClass[i]);
    }
    return Rows.of(new Tensor(logits, firstClass.length, 2));
  }

  private static double entropy(double p) {
    return -p * Math.log(p) - (1 - p) * Math.log(1 - p);
  }

  @Test
  void shouldWeighByTheInformationOfThePredictions() {
    InformationWeights weights = new InformationWeights(3, 2, 100, 4);
    // telling, unsure, collapsed
    Rows[] predictions = {rows(.9, .1), rows(.6, .4), rows(.99, .99)};
    weights.observe(predictions);
    double telling = Math.exp(4 * (LOG_2 - entropy(.9) + foreseen(predictions[0])));
    double unsure = Math.exp(4 * (LOG_2 - entropy(.6) + foreseen(predictions[1])));
    double collapsed = Math.exp(4 * foreseen(predictions[2]));
    double sum = telling + unsure + collapsed;
    assertThat(weights.weights())
        .containsExactly(new double[] {telling / sum, unsure / sum, collapsed / sum}, within(1e-5));
  }

  private static double foreseen(Rows predictions) {
    return new StickyLabels(2).foresee(predictions);
  }

  @Test
  void shouldPreferFirmPredictionsToScatteredOnesWhenALabelStays() {
    // in a long run of one class neither marginals nor entropies tell who is right
    InformationWeights weights = new InformationWeights(2, 2, 20, 30);
    for (int run = 0; run < 6; run++) {
      for (int i = 0; i < 20; i++) {
        Rows firm = run % 2 == 0 ? rows(.97, .95, .97, .4) : rows(.03, .05, .03, .6);
        weights.observe(new Rows[] {firm, rows(.97, .03, .03, .97)});
      }
    }
    assertThat(weights.weights()[0]).isGreaterThan(.5);
  }

  @Test
  void shouldPreferSureScatteredPredictionsWhenLabelsAreDrawnAnew() {
    InformationWeights weights = new InformationWeights(2, 2, 20, 30);
    for (int i = 0; i < 60; i++) {
      weights.observe(new Rows[] {rows(.97, .05, .97, .4), rows(.97, .03, .97, .03)});
    }
    assertThat(weights.weights()[0]).isLessThan(.5);
  }

  @Test
  void shouldTrustAllEquallyBeforeTheFirstSampleAndAfterOne() {
    InformationWeights weights = new InformationWeights(2, 2, 100, 15);
    assertThat(weights.weights()).containsExactly(.5, .5);
    weights.observe(new Rows[] {rows(.9), rows(.6)});
    assertThat(weights.weights()).containsExactly(new double[] {.5, .5}, within(1e-6));
  }

  @Test
  void shouldNotDependOnTheSizeOfBatchesByMuch() {
    InformationWeights whole = new InformationWeights(2, 2, 1000, 15);
    InformationWeights single = new InformationWeights(2, 2, 1000, 15);
    whole.observe(new Rows[] {rows(.9, .1, .8, .2), rows(.6, .4, .7, .5)});
    double[] first = {.9, .1, .8, .2};
    double[] second = {.6, .4, .7, .5};
    for (int i = 0; i < 4; i++) {
      single.observe(new Rows[] {rows(first[i]), rows(second[i])});
    }
    assertThat(single.weights()).containsExactly(whole.weights(), within(.01));
  }

  @Test
  void shouldForgetOldSamples() {
    InformationWeights weights = new InformationWeights(2, 2, 10, 15);
    for (int i = 0; i < 50; i++) {
      weights.observe(new Rows[] {rows(.9, .1), rows(.5, .5)});
    }
    assertThat(weights.weights()[0]).isGreaterThan(.99);
    for (int i = 0; i < 50; i++) {
      weights.observe(new Rows[] {rows(.5, .5), rows(.9, .1)});
    }
    assertThat(weights.weights()[0]).isLessThan(.01);
    weights.restart();
    assertThat(weights.weights()).containsExactly(.5, .5);
  }

  @Test
  void shouldLeaveTheOriginalAloneWhenACopyGoesOn() {
    InformationWeights weights = new InformationWeights(2, 2, 10, 15);
    weights.observe(new Rows[] {rows(.9, .1), rows(.5, .5)});
    double[] before = weights.weights();
    InformationWeights copy = weights.copy();
    assertThat(copy.weights()).containsExactly(before);
    copy.observe(new Rows[] {rows(.5, .5), rows(.9, .1)});
    assertThat(weights.weights()).containsExactly(before);
    StateArrays arrays = new StateArrays();
    weights.state("a-", arrays);
    assertThat(arrays.doubles())
        .containsKeys("a-entropies", "a-foreseen", "a-marginal-0", "a-marginal-1", "a-mass")
        .containsKeys("a-sticky-0-chains", "a-sticky-1-chains");
  }
}
