package dev.meander.core.method;

import dev.meander.core.math.Vectors;
import dev.meander.core.optimise.StateArrays;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Continual momentum filtering (CMF, ICLR 2024): a Kalman filter with one variance for all
 * parameters. Hidden copy h (theta_source at first), variance v (0 at first), {@code q' = q n /
 * 38400} with n the number of trained floats:
 *
 * <ul>
 *   <li>predict: {@code h = alpha h + (1 - alpha) theta_source; v = alpha^2 v + q'};
 *   <li>correct: {@code beta = (1 - q') / (v + 1 - q')}, at least 0.89, and 1 from 0.9999 on;
 *       {@code v = beta v; h = beta h + (1 - beta) theta};
 *   <li>mix: {@code theta = gamma theta + (1 - gamma) h}.
 * </ul>
 *
 * <p>With few trained floats beta is 1 and the filter is ROID's pull to the source.
 */
final class MomentumFilter implements AfterStep {

  private static final Constant ALPHA =
      new Constant("alpha", 0.99, 0, 1, "Share of the hidden copy in its own prediction.");
  private static final Constant GAMMA =
      new Constant("gamma", 0.99, 0, 1, "Share of the student in the mix with the hidden copy.");
  private static final Constant Q =
      new Constant("q", 0.005, 0, 1e6, "Process noise for the reference number of parameters.");
  private static final Constant SCALE =
      new Constant("q-scale-denominator", 38_400, 1, 1e12, "Reference number of parameters.");
  private static final Constant BETA_MIN =
      new Constant("beta-min", 0.89, 0, 1, "Smallest share of the hidden copy in its correction.");
  private static final Constant BETA_ONE =
      new Constant("beta-one-from", 0.9999, 0, 1, "From here on that share counts as 1.");

  private final double alpha;
  private final double gamma;
  private final double noise;
  private final double betaMin;
  private final double betaOne;
  private final float[] hidden;
  private final double[] variance = new double[1];

  MomentumFilter(Setting setting, float[] source) {
    this.alpha = setting.get(ALPHA);
    this.gamma = setting.get(GAMMA);
    this.noise = setting.get(Q) * source.length / setting.get(SCALE);
    this.betaMin = setting.get(BETA_MIN);
    this.betaOne = setting.get(BETA_ONE);
    this.hidden = source.clone();
  }

  /** Its own constants after {@code others}. */
  static List<Constant> constantsAnd(Constant... others) {
    List<Constant> all = new ArrayList<>(Arrays.asList(others));
    all.addAll(List.of(ALPHA, GAMMA, Q, SCALE, BETA_MIN, BETA_ONE));
    return all;
  }

  @Override
  public void apply(float[] theta, float[] source) {
    Vectors.blendInPlace(hidden, source, alpha);
    variance[0] = alpha * alpha * variance[0] + noise;
    double measured = 1 - noise;
    double beta = Math.max(measured / (variance[0] + measured), betaMin);
    beta = beta >= betaOne ? 1 : beta;
    variance[0] *= beta;
    Vectors.blendInPlace(hidden, theta, beta);
    Vectors.blendInPlace(theta, hidden, gamma);
  }

  @Override
  public void state(StateArrays arrays) {
    arrays.add("hidden", hidden);
    arrays.add("hidden-variance", variance);
  }

  @Override
  public void restart(float[] source) {
    System.arraycopy(source, 0, hidden, 0, hidden.length);
    variance[0] = 0;
  }
}
