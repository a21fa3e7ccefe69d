package dev.meander.core.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meander.core.weights.Block;
import dev.meander.core.weights.Layout;
import dev.meander.core.weights.Role;
import dev.meander.kit.Seeds;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ErrorFeedbackTest {

  private static final int SIZE = 500;
  private static final int STEPS = 2_000;

  private final Layout layout = new Layout(List.of(new Block("gain", Role.GAIN, SIZE)));
  private final AdapterCodec codec = ComPeft.leastSquares(.05);

  @Test
  void shouldNotDriftOverManyLossyIncrements() {
    Seeds.forEach(
        3,
        random -> {
          float[] drift = Seeds.gaussians(random, SIZE, .01); // the same way each step
          ErrorFeedback feedback = new ErrorFeedback(SIZE);
          double[] learner = new double[SIZE];
          double[] served = new double[SIZE];
          double[] without = new double[SIZE];
          double early = 0;
          double late = 0;
          for (int step = 0; step < STEPS; step++) {
            float[] increment = Seeds.gaussians(random, SIZE, .01);
            add(increment, drift);
            float[] compensated = feedback.compensate(increment);
            float[] decoded = roundTrip(compensated);
            feedback.sent(compensated, decoded);
            add(learner, increment);
            add(served, decoded);
            add(without, roundTrip(increment));
            double error = distance(learner, served);
            early = step < STEPS / 2 ? Math.max(early, error) : early;
            late = step >= STEPS / 2 ? Math.max(late, error) : late;
          }
          assertThat(late).as("bounded").isLessThan(1.25 * early);
          assertThat(late)
              .as("far below the path")
              .isLessThan(.05 * distance(learner, new double[SIZE]));
          assertThat(distance(learner, without)).as("without it").isGreaterThan(5 * late);
        });
  }

  @Test
  void shouldMissExactlyTheResidual() {
    Seeds.forEach(
        5,
        random -> {
          ErrorFeedback feedback = new ErrorFeedback(SIZE);
          double[] learner = new double[SIZE];
          double[] served = new double[SIZE];
          for (int step = 0; step < 200; step++) {
            float[] increment = Seeds.gaussians(random, SIZE, 1);
            float[] compensated = feedback.compensate(increment);
            float[] decoded = roundTrip(compensated);
            feedback.sent(compensated, decoded);
            add(learner, increment);
            add(served, decoded);
          }
          float[] residual = feedback.residual();
          for (int i = 0; i < SIZE; i++) {
            assertThat(Math.abs(learner[i] - served[i] - residual[i])).isLessThan(1e-4);
          }
        });
  }

  @Test
  void shouldContinueFromItsResidual() {
    SplittableRandom random = new SplittableRandom(1);
    ErrorFeedback feedback = new ErrorFeedback(SIZE);
    for (int step = 0; step < 10; step++) {
      float[] compensated = feedback.compensate(Seeds.gaussians(random, SIZE, 1));
      feedback.sent(compensated, roundTrip(compensated));
    }
    ErrorFeedback restored = new ErrorFeedback(feedback.residual());
    float[] next = Seeds.gaussians(random, SIZE, 1);
    assertThat(restored.compensate(next)).isEqualTo(feedback.compensate(next));
    feedback.residual()[0] = 99;
    assertThat(feedback.residual()).isEqualTo(restored.residual());
  }

  @Test
  void shouldNotBeNeededWhenTheChangeIsMeasuredFromWhatWasDecoded() {
    DeltaCodec delta = Codecs.compeft(ComPeft.leastSquares(.05));
    SplittableRandom random = new SplittableRandom(2);
    float[] learner = new float[SIZE];
    float[] served = new float[SIZE];
    double early = 0;
    double late = 0;
    for (int step = 0; step < STEPS; step++) {
      add(learner, Seeds.gaussians(random, SIZE, .01));
      byte[] bytes = delta.encode(layout, served, learner);
      served = ((AdapterCodec.Decoded.Values) delta.decode(layout, served, bytes)).values();
      double error = 0;
      for (int i = 0; i < SIZE; i++) {
        error += Math.pow(learner[i] - served[i], 2);
      }
      early = step < STEPS / 2 ? Math.max(early, error) : early;
      late = step >= STEPS / 2 ? Math.max(late, error) : late;
    }
    assertThat(late).isLessThan(1.25 * early);
  }

  @Test
  void shouldRefuseAnotherNumberOfFloats() {
    assertThatThrownBy(() -> new ErrorFeedback(3).compensate(new float[2]))
        .hasMessage("expected 3 floats, found 2");
    assertThatThrownBy(() -> new ErrorFeedback(3).sent(new float[3], new float[4]))
        .hasMessage("expected 3 floats, found 4");
  }

  private float[] roundTrip(float[] change) {
    return ((AdapterCodec.Decoded.Values) codec.decode(layout, codec.encode(layout, change)))
        .values();
  }

  private static void add(float[] into, float[] floats) {
    for (int i = 0; i < into.length; i++) {
      into[i] += floats[i];
    }
  }

  private static void add(double[] into, float[] floats) {
    for (int i = 0; i < into.length; i++) {
      into[i] += floats[i];
    }
  }

  private static double distance(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (a[i] - b[i]) * (a[i] - b[i]);
    }
    return Math.sqrt(sum);
  }
}
