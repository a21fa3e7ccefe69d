package dev.meander.core.codec;

/**
 * Carries what a lossy codec left out of one increment into the next one, so that repeated
 * increments do not drift: with increments {@code d_t}, residual {@code r_0 = 0} and what is
 * decoded {@code c_t = decode(encode(d_t + r_t-1))}, the residual is {@code r_t = d_t + r_t-1 -
 * c_t}, and the sum of all {@code c} differs from the sum of all {@code d} by {@code r_t} alone
 * (Seide et al., 1-bit SGD; Sattler et al., sparse ternary compression).
 *
 * <p>Only for changes that are increments of the learner's own floats. A change measured from what
 * the receiver decoded ({@code values - parent} of a {@link DeltaCodec}) holds the residual
 * already, and one measured from a fixed base must not get it at all.
 *
 * <p>Thread-safety: none.
 */
public final class ErrorFeedback {

  private final float[] residual;

  /** Of {@code size} floats, all zero: nothing was left out yet. */
  public ErrorFeedback(int size) {
    this.residual = new float[size];
  }

  /** Continues from {@code residual}, which is copied. */
  public ErrorFeedback(float[] residual) {
    this.residual = residual.clone();
  }

  /**
   * What is to be encoded instead of {@code increment}: increment and residual.
   *
   * @throws IllegalArgumentException for another number of floats
   */
  public float[] compensate(float[] increment) {
    check(increment);
    float[] sum = new float[residual.length];
    for (int i = 0; i < sum.length; i++) {
      sum[i] = increment[i] + residual[i];
    }
    return sum;
  }

  /**
   * Remembers what the receiver misses.
   *
   * @param compensated what {@link #compensate} gave
   * @param decoded what the receiver decodes of it
   * @throws IllegalArgumentException for another number of floats
   */
  public void sent(float[] compensated, float[] decoded) {
    check(compensated);
    check(decoded);
    for (int i = 0; i < residual.length; i++) {
      residual[i] = compensated[i] - decoded[i];
    }
  }

  /** A copy of the residual: the whole state. */
  public float[] residual() {
    return residual.clone();
  }

  private void check(float[] floats) {
    if (floats.length != residual.length) {
      throw new IllegalArgumentException(
          "expected " + residual.length + " floats, found " + floats.length);
    }
  }
}
