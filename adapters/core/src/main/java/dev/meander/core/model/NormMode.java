package dev.meander.core.model;

/**
 * What every batch norm of a model normalises with. With {@code s} the share of the source
 * statistics (the running statistics in the model) and batch statistics {@code m_b, v_b} over batch
 * and positions:
 *
 * <ul>
 *   <li>{@code s = 1} ({@link #SOURCE}): the running statistics;
 *   <li>{@code s = 0} ({@link #BATCH}): the batch's mean and <em>biased</em> variance;
 *   <li>otherwise: {@code s m_s + (1-s) m_b} and {@code s v_s + (1-s) v_b} with the
 *       <em>unbiased</em> batch variance (alpha-BN as in reference implementations).
 * </ul>
 *
 * Layers without batch statistics (group norm, layer norm) do not care.
 *
 * @param sourceShare {@code s}, 0 to 1; kept in steps of one millionth
 */
public record NormMode(double sourceShare) {

  public static final NormMode SOURCE = new NormMode(1);
  public static final NormMode BATCH = new NormMode(0);

  public NormMode {
    if (!(sourceShare >= 0 && sourceShare <= 1)) {
      throw new IllegalArgumentException("expected a source share of 0 to 1, found " + sourceShare);
    }
  }

  /** Blends source and batch statistics. */
  public static NormMode blend(double sourceShare) {
    return new NormMode(sourceShare);
  }

  /** The share in parts per million, as the patched model reads it. */
  public int sourceSharePpm() {
    return (int) Math.round(sourceShare * 1_000_000);
  }

  /** True when a forward pass computes batch statistics. */
  public boolean usesBatch() {
    return sourceSharePpm() < 1_000_000;
  }
}
