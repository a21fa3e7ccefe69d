package dev.meander.core.normalise;

import dev.meander.core.optimise.StateArrays;
import java.util.Arrays;

/**
 * How far a batch is to be adapted to at all, by how unlike source samples it looks: the
 * positive-part factor of James and Stein ("Estimation with quadratic loss", 1961). With the mean m
 * of n samples in D entries, each in units of a source sample's deviation from the source's mean,
 * {@code T = n |m|^2 / D} is about 1 for source samples and {@code 1 + n d^2} for a shift of d in
 * each entry; the best share of m in an estimate between it and the source is {@code max(0, 1 -
 * 1/T)}. So clean samples are left to the frozen model, whose statistics stand on more of them, and
 * a shift that stands out is adapted to as a whole.
 *
 * <p>Shifts of several domains may cancel in m. They still put samples far from the source: with q
 * the mean square of a sample's entries, 1 over source samples, T is at least {@code ((mean(q) - 1)
 * / se)^2}, se being the mean's standard error, where the mean is above 1.
 *
 * <p>A batch of few samples is joined with a decaying sum of those before, up to a window.
 *
 * <p>Thread-safety: none.
 */
public final class SourceShift {

  private final int entries;
  private final double window;

  /** Means over the last samples of every entry, of q and of its square. */
  private final double[] recent;

  private final double[] countAndShare = new double[2];

  /**
   * @param entries D
   * @param window samples that means stand on at least, where there were as many
   */
  SourceShift(int entries, double window) {
    this.entries = entries;
    this.window = window;
    this.recent = new double[entries + 2];
    restart();
  }

  /**
   * What a batch looks like.
   *
   * @param means over the samples of every entry, of q and of its square
   * @param count n
   * @param share 0 to less than 1
   */
  public record Look(double[] means, double count, double share) {}

  /**
   * Looks at a batch, which is not taken in.
   *
   * @param samples standardised entries of each
   */
  Look look(float[][] samples) {
    double carried = Math.min(countAndShare[0], Math.max(0, window - samples.length));
    double count = carried + samples.length;
    double[] means = new double[recent.length];
    Arrays.setAll(means, j -> carried * recent[j] / count);
    for (float[] sample : samples) {
      double square = 0;
      for (int j = 0; j < entries; j++) {
        means[j] += sample[j] / count;
        square += (double) sample[j] * sample[j] / entries;
      }
      means[entries] += square / count;
      means[entries + 1] += square * square / count;
    }
    double evidence = Math.max(ofMean(means, count), ofSquares(means, count));
    return new Look(means, count, 1 - 1 / Math.max(evidence, 1));
  }

  private double ofMean(double[] means, double count) {
    double squares = 0;
    for (int j = 0; j < entries; j++) {
      squares += means[j] * means[j] / entries;
    }
    return count * squares;
  }

  private double ofSquares(double[] means, double count) {
    double above = Math.max(means[entries] - 1, 0);
    double variance = means[entries + 1] - means[entries] * means[entries];
    return count < 2 || variance <= 0 ? 0 : above * above * (count - 1) / variance;
  }

  /** Takes in a batch that was looked at. */
  void absorb(Look look) {
    System.arraycopy(look.means, 0, recent, 0, recent.length);
    countAndShare[0] = look.count;
    countAndShare[1] = look.share;
  }

  /** The share of the last batch; 1 before the first. */
  double share() {
    return countAndShare[1];
  }

  /** Adds what it remembers. */
  void state(StateArrays arrays) {
    arrays.add("shift-recent", recent);
    arrays.add("shift-count-and-share", countAndShare);
  }

  /** Forgets every batch. */
  void restart() {
    Arrays.fill(recent, 0);
    countAndShare[0] = 0;
    countAndShare[1] = 1;
  }
}
