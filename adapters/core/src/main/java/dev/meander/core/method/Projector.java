package dev.meander.core.method;

import dev.meander.core.optimise.Optimiser;
import dev.meander.core.optimise.OptimiserConfig;
import dev.meander.core.optimise.StateArrays;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * A small network in front of a contrastive loss, in plain Java: {@code W2 relu(W0 f + b0) + b2}.
 * Trained by its own copy of the method's update rule, which for rules that treat every float alone
 * is the same as one rule for everything.
 */
final class Projector {

  private final int in;
  private final int out;
  private final Layer first;
  private final Layer second;
  private final double[] steps = new double[1];

  /** One linear layer with its gradient and update rule. */
  private static final class Layer {
    final String name;
    final int in;
    final int out;
    final float[] weight;
    final float[] bias;
    final float[] dWeight;
    final float[] dBias;
    final Optimiser weightRule;
    final Optimiser biasRule;

    Layer(String name, int in, int out, OptimiserConfig rule, SplittableRandom random) {
      this.name = name;
      this.in = in;
      this.out = out;
      this.weight = new float[in * out];
      this.bias = new float[out];
      this.dWeight = new float[in * out];
      this.dBias = new float[out];
      this.weightRule = rule.create(weight.length);
      this.biasRule = rule.create(bias.length);
      draw(random);
    }

    final void draw(SplittableRandom random) {
      double bound = 1 / Math.sqrt(in);
      for (int i = 0; i < weight.length; i++) {
        weight[i] = (float) random.nextDouble(-bound, bound);
      }
      for (int i = 0; i < bias.length; i++) {
        bias[i] = (float) random.nextDouble(-bound, bound);
      }
    }

    float[] forward(float[] rows, int n) {
      float[] result = new float[n * out];
      for (int i = 0; i < n; i++) {
        for (int o = 0; o < out; o++) {
          double sum = bias[o];
          for (int d = 0; d < in; d++) {
            sum += (double) weight[o * in + d] * rows[i * in + d];
          }
          result[i * out + o] = (float) sum;
        }
      }
      return result;
    }

    /** Adds to the gradient; gives the gradient of the rows. */
    float[] backward(float[] rows, float[] dResult, int n) {
      float[] dRows = new float[n * in];
      for (int i = 0; i < n; i++) {
        for (int o = 0; o < out; o++) {
          float d = dResult[i * out + o];
          if (d == 0) {
            continue;
          }
          dBias[o] += d;
          for (int k = 0; k < in; k++) {
            dWeight[o * in + k] += d * rows[i * in + k];
            dRows[i * in + k] += d * weight[o * in + k];
          }
        }
      }
      return dRows;
    }

    void descend(MethodRun run, long done) {
      run.reportGradient(name + ".weight", dWeight);
      run.reportGradient(name + ".bias", dBias);
      weightRule.resumeAt(done);
      biasRule.resumeAt(done);
      weightRule.step(weight, dWeight);
      biasRule.step(bias, dBias);
      clear();
    }

    void clear() {
      Arrays.fill(dWeight, 0);
      Arrays.fill(dBias, 0);
    }

    void state(StateArrays arrays) {
      arrays.add(name + ".weight", weight);
      arrays.add(name + ".bias", bias);
      weightRule.moments().forEach((m, values) -> arrays.add(name + ".weight-" + m, values));
      biasRule.moments().forEach((m, values) -> arrays.add(name + ".bias-" + m, values));
    }

    void resetRules() {
      weightRule.reset();
      biasRule.reset();
    }
  }

  /**
   * @param in width of the features
   * @param out width of both layers
   */
  Projector(int in, int out, OptimiserConfig rule, SplittableRandom random) {
    this.in = in;
    this.out = out;
    this.first = new Layer("projector.0", in, out, rule, random);
    this.second = new Layer("projector.2", out, out, rule, random);
  }

  int out() {
    return out;
  }

  /** A pass with what the way back needs. */
  record Pass(float[] rows, float[] hidden, float[] projected, int n) {}

  /**
   * @param rows {@code [n * in]}
   */
  Pass forward(float[] rows) {
    int n = rows.length / in;
    float[] hidden = first.forward(rows, n);
    for (int i = 0; i < hidden.length; i++) {
      hidden[i] = Math.max(0, hidden[i]);
    }
    return new Pass(rows, hidden, second.forward(hidden, n), n);
  }

  /** Adds to the gradient; gives the gradient of the rows {@code [n * in]}. */
  float[] backward(Pass pass, float[] dProjected) {
    float[] dHidden = second.backward(pass.hidden(), dProjected, pass.n());
    for (int i = 0; i < dHidden.length; i++) {
      dHidden[i] = pass.hidden()[i] > 0 ? dHidden[i] : 0;
    }
    return first.backward(pass.rows(), dHidden, pass.n());
  }

  /** Updates with the gradient and clears it. */
  void descend(MethodRun run) {
    long done = (long) steps[0];
    first.descend(run, done);
    second.descend(run, done);
    steps[0]++;
  }

  /** Forgets the gradient. */
  void clear() {
    first.clear();
    second.clear();
  }

  /** Draws the weights again, and forgets the moments and the gradient. */
  void restart(SplittableRandom random) {
    first.draw(random);
    second.draw(random);
    first.resetRules();
    second.resetRules();
    clear();
    steps[0] = 0;
  }

  void state(StateArrays arrays) {
    first.state(arrays);
    second.state(arrays);
    arrays.add("projector-steps", steps);
  }
}
