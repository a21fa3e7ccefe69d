package dev.meander.core.method;

import dev.meander.core.math.Softmax;
import dev.meander.core.model.Tape;
import dev.meander.core.objective.CrossEntropy;
import dev.meander.core.objective.Pass;
import dev.meander.core.optimise.StateArrays;
import dev.meander.core.tensor.LabelledBatch;
import java.util.Arrays;

/**
 * A pull to the source parameters, stronger where the source loss is curved: {@code beta sum_j F_j
 * (theta_j - theta0_j)^2}, with F the diagonal Fisher information {@code mean over source batches
 * of g^2}, g the gradient of the mean cross-entropy to the model's own predictions (EATA, Niu et
 * al., ICML 2022).
 */
final class FisherPenalty {

  private final double beta;
  private final float[] fisher;

  FisherPenalty(double beta, int parameters) {
    this.beta = beta;
    this.fisher = new float[parameters];
  }

  /** Measures F at the base model, normalised as the method does. */
  void measure(MethodRun run) {
    double[] sum = new double[fisher.length];
    float[] gradient = run.gradient();
    for (LabelledBatch batch : run.source().batches()) {
      Arrays.fill(gradient, 0);
      try (Tape tape = run.student(batch.x())) {
        double[] weights = new double[batch.x().rows()];
        Arrays.fill(weights, 1);
        int classes = run.classes();
        int[] predicted = new int[weights.length];
        for (int i = 0; i < predicted.length; i++) {
          predicted[i] = Softmax.argMax(tape.logits().data(), i * classes, classes);
        }
        float[] dLogits = new float[tape.logits().data().length];
        float[] dFeatures = new float[tape.features().data().length];
        new CrossEntropy(predicted)
            .evaluate(new Pass(tape.logits(), tape.features(), weights), dLogits, dFeatures);
        run.backward(tape, dLogits, null);
      }
      for (int j = 0; j < sum.length; j++) {
        sum[j] += (double) gradient[j] * gradient[j];
      }
    }
    Arrays.fill(gradient, 0);
    for (int j = 0; j < sum.length; j++) {
      fisher[j] = (float) (sum[j] / run.source().batches().size());
    }
  }

  /** Adds the pull's gradient and gives its value. */
  double add(float[] theta, float[] baseTheta, float[] gradient) {
    double value = 0;
    for (int j = 0; j < theta.length; j++) {
      double distance = (double) theta[j] - baseTheta[j];
      value += beta * fisher[j] * distance * distance;
      gradient[j] += (float) (2 * beta * fisher[j] * distance);
    }
    return value;
  }

  void state(StateArrays arrays) {
    arrays.add("fisher", fisher);
  }
}
