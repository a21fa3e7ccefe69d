package dev.meander.core.normalise;

import dev.meander.core.math.Vectors;
import dev.meander.core.optimise.StateArrays;
import dev.meander.core.weights.Layout;
import java.util.Arrays;

/**
 * Statistics to normalise with, corrected for the classes that a stream happens to show.
 *
 * <p>A channel of the stream is taken as {@code scale * source + offset}, and its statistics are
 * compared with those of source samples of the same class shares ({@link ClassMoments}): with mean
 * m and variance v of the last samples, {@code a = sqrt(v / v_pi), m' = m + a (mu_s - mu_pi), v' =
 * a^2 v_s}. Normalised is with {@code (1-w) source + w (m', v')}. Equal class shares and clean
 * samples give the source's statistics; without source samples (m', v') is (m, v), and w falls to
 * {@code w exp(H(pi)) / C} where few classes are seen, H being the entropy of the shares.
 *
 * <p>m and v stand on the last {@code window} samples: a smaller batch is joined with a decaying
 * sum of those before it, moments and class shares alike.
 *
 * <p>Thread-safety: none.
 */
public final class ClassMixStatistics {

  private static final double VARIANCE_RATIO_MIN = 1e-3;
  private static final double PSEUDO_COUNT = .5;

  private final ClassMoments classes;
  private final Channels channels;
  private final float[] source;
  private final double window;
  private final float[] recent;
  private final double[] recentShares;
  private final double[] recentCount = new double[1];

  /**
   * @param classes what the classes look like
   * @param layout the model's running statistics
   * @param source their floats in the base model; not written
   * @param window samples that statistics stand on at least, where there were as many
   */
  public ClassMixStatistics(ClassMoments classes, Layout layout, float[] source, double window) {
    this.classes = classes;
    this.channels = Channels.of(layout);
    this.source = source;
    this.window = window;
    this.recent = new float[layout.size()];
    this.recentShares = new double[classes.classes()];
  }

  /**
   * How the engine, which blends given statistics with the batch's of a pass, comes to the wanted
   * ones: it does exactly if the pass shows the batch statistics that were expected, and to first
   * order otherwise.
   *
   * @param batchShare share of the batch's own statistics
   * @param statistics the given ones
   */
  public record Tangent(double batchShare, float[] statistics) {}

  /** Share of a batch of this size in the statistics. */
  public double batchShare(int samples) {
    return samples / (samples + carried(samples));
  }

  /** Samples of earlier batches that still count. */
  private double carried(int samples) {
    return Math.min(recentCount[0], Math.max(0, window - samples));
  }

  /**
   * Plans the pass of a batch.
   *
   * @param expected batch statistics of an earlier pass over the batch
   * @param shares class shares of the batch
   * @param samples of the batch
   * @param share w, more than 0 and less than 1
   */
  public Tangent plan(float[] expected, double[] shares, int samples, double share) {
    Joined joined = join(expected, shares, samples);
    float[] target = target(joined, share);
    double batchShare = weight(share, smoothed(joined)) * batchShare(samples);
    float[] given = new float[target.length];
    for (int i = 0; i < channels.count(); i++) {
      int mean = channels.means()[i];
      int variance = channels.variances()[i];
      given[mean] = (float) ((target[mean] - batchShare * expected[mean]) / (1 - batchShare));
      double rest = (target[variance] - batchShare * expected[variance]) / (1 - batchShare);
      given[variance] = (float) Math.max(rest, VARIANCE_RATIO_MIN * source[variance]);
    }
    return new Tangent(batchShare, given);
  }

  /**
   * Takes in a batch; one whose moments overflow is left out, as it would never be forgotten.
   *
   * @param statistics of the batch in its last pass
   * @param shares class shares of the batch
   * @param samples of the batch
   * @param share w, 0 to less than 1
   * @return the statistics to publish
   */
  public float[] absorb(float[] statistics, double[] shares, int samples, double share) {
    Joined joined = join(statistics, shares, samples);
    if (!Vectors.allFinite(joined.moments)) {
      return estimate(share);
    }
    recentCount[0] = joined.count;
    System.arraycopy(joined.moments, 0, recent, 0, recent.length);
    System.arraycopy(joined.shares, 0, recentShares, 0, recentShares.length);
    return target(joined, share);
  }

  /** True when no batch was taken in yet. */
  public boolean isEmpty() {
    return recentCount[0] == 0;
  }

  /**
   * The statistics to normalise with after the last batch; the source's before the first.
   *
   * @param share w, 0 to less than 1
   */
  public float[] estimate(double share) {
    return isEmpty()
        ? source.clone()
        : target(new Joined(recent, recentShares, recentCount[0]), share);
  }

  /** First and second moments and class shares of the last samples, and their number. */
  private record Joined(float[] moments, double[] shares, double count) {}

  private Joined join(float[] statistics, double[] shares, int samples) {
    double take = batchShare(samples);
    float[] moments = new float[statistics.length];
    for (int i = 0; i < channels.count(); i++) {
      int mean = channels.means()[i];
      int variance = channels.variances()[i];
      double m = statistics[mean];
      moments[mean] = (float) ((1 - take) * recent[mean] + take * m);
      moments[variance] =
          (float) ((1 - take) * recent[variance] + take * (statistics[variance] + m * m));
    }
    double[] joined = new double[shares.length];
    Arrays.setAll(joined, c -> (1 - take) * recentShares[c] + take * shares[c]);
    return new Joined(
        moments, joined, Math.max(samples, Math.min(window, carried(samples) + samples)));
  }

  private float[] target(Joined joined, double share) {
    double[] shares = smoothed(joined);
    float[] mixture = classes.mixture(shares);
    double w = weight(share, shares);
    float[] target = new float[mixture.length];
    for (int i = 0; i < channels.count(); i++) {
      int mean = channels.means()[i];
      int variance = channels.variances()[i];
      double m = joined.moments[mean];
      double v = Math.max(joined.moments[variance] - m * m, 0);
      double scale = Math.sqrt(v / Math.max(mixture[variance], 1e-6));
      double corrected = m + scale * (source[mean] - mixture[mean]);
      target[mean] = (float) ((1 - w) * source[mean] + w * corrected);
      target[variance] = (float) (source[variance] * (1 - w + w * scale * scale));
    }
    return target;
  }

  /** Class shares with half a sample more of every class. */
  private static double[] smoothed(Joined joined) {
    double[] shares = joined.shares.clone();
    double sum = joined.count + PSEUDO_COUNT * shares.length;
    Arrays.setAll(shares, c -> (joined.count * shares[c] + PSEUDO_COUNT) / sum);
    return shares;
  }

  private double weight(double share, double[] shares) {
    if (classes.isKnown()) {
      return share;
    }
    double entropy = 0;
    for (double value : shares) {
      entropy -= value > 0 ? value * Math.log(value) : 0;
    }
    return share * Math.exp(entropy) / shares.length;
  }

  /**
   * Adds what it remembers, class moments apart.
   *
   * @param prefix of the names
   */
  public void state(String prefix, StateArrays arrays) {
    arrays.add(prefix + "moments", recent);
    arrays.add(prefix + "shares", recentShares);
    arrays.add(prefix + "count", recentCount);
  }

  /** Forgets every batch. */
  public void restart() {
    Arrays.fill(recent, 0);
    Arrays.fill(recentShares, 0);
    recentCount[0] = 0;
  }
}
