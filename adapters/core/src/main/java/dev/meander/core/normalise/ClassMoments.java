package dev.meander.core.normalise;

import dev.meander.core.optimise.StateArrays;
import dev.meander.core.weights.Layout;
import java.util.Arrays;

/**
 * What source samples of each class look like to every batch norm: per class c and channel the mean
 * M_c and the second moment Q_c over images and positions. Of a batch with the class shares pi, the
 * source would show {@code mu_pi = sum pi_c M_c} and {@code v_pi = sum pi_c Q_c - mu_pi^2}.
 *
 * <p>A class without samples counts as the mean of those that have some. Before any sample it
 * answers the source's statistics whatever the shares.
 *
 * <p>Thread-safety: none.
 */
public final class ClassMoments {

  private static final double VARIANCE_MIN = 1e-6;

  private final Channels channels;
  private final float[] source;
  private final int classes;
  private final float[][] moments;
  private final double[] counts;

  /**
   * @param layout the model's running statistics
   * @param source their floats in the base model; not written
   * @param classes number of classes
   */
  public ClassMoments(Layout layout, float[] source, int classes) {
    this.channels = Channels.of(layout);
    this.source = source;
    this.classes = classes;
    this.moments = new float[classes][layout.size()];
    this.counts = new double[classes];
  }

  /** Number of classes. */
  public int classes() {
    return classes;
  }

  /** True when source samples were seen. */
  public boolean isKnown() {
    return Arrays.stream(counts).sum() > 0;
  }

  /**
   * Takes in source samples of one class.
   *
   * @param label their class
   * @param statistics means and variances over them, normalised with the source's statistics
   * @param samples how many, at least 1
   */
  public void learn(int label, float[] statistics, int samples) {
    float[] of = moments[label];
    double take = samples / (counts[label] + samples);
    for (int i = 0; i < channels.count(); i++) {
      int mean = channels.means()[i];
      int variance = channels.variances()[i];
      double m = statistics[mean];
      of[mean] += (float) (take * (m - of[mean]));
      of[variance] += (float) (take * (statistics[variance] + m * m - of[variance]));
    }
    counts[label] += samples;
  }

  /**
   * Mean and variance that source samples of these class shares would show.
   *
   * @param shares pi {@code [classes]}, sum 1
   * @return in the layout of the statistics
   */
  public float[] mixture(double[] shares) {
    if (!isKnown()) {
      return source.clone();
    }
    double[] weights = weights(shares);
    float[] mixture = new float[source.length];
    for (int i = 0; i < channels.count(); i++) {
      int mean = channels.means()[i];
      int variance = channels.variances()[i];
      double first = 0;
      double second = 0;
      for (int c = 0; c < classes; c++) {
        first += weights[c] * moments[c][mean];
        second += weights[c] * moments[c][variance];
      }
      mixture[mean] = (float) first;
      mixture[variance] = (float) Math.max(second - first * first, VARIANCE_MIN);
    }
    return mixture;
  }

  /** The share of classes that were never seen goes to the others evenly. */
  private double[] weights(double[] shares) {
    double unseen = 0;
    int seen = 0;
    for (int c = 0; c < classes; c++) {
      unseen += counts[c] == 0 ? shares[c] : 0;
      seen += counts[c] == 0 ? 0 : 1;
    }
    double[] weights = new double[classes];
    for (int c = 0; c < classes; c++) {
      weights[c] = counts[c] == 0 ? 0 : shares[c] + unseen / seen;
    }
    return weights;
  }

  /** Adds what was learned. */
  public void state(StateArrays arrays) {
    for (int c = 0; c < classes; c++) {
      arrays.add("class-moments-" + c, moments[c]);
    }
    arrays.add("class-counts", counts);
  }
}
