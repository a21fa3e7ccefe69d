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
 *       <em>unbiased</em> batch variance (alpha-BN as in reference implementations), or with the
 *       biased one ({@link #biasedBlend}, RoTTA);
 *   <li>{@link #RENORM}: the values of {@link #SOURCE} with the gradient of batch statistics (batch
 *       renormalisation, Ioffe 2017): {@code ((x - m_b) / sd_b) r + d} with {@code r = sd_b / sd_s,
 *       d = (m_b - m_s) / sd_s} held fixed, unbiased variance.
 * </ul>
 *
 * Layers without batch statistics (group norm, layer norm) do not care.
 *
 * @param sourceShare {@code s}, 0 to 1; kept in steps of one millionth
 * @param kind tells blends of one share apart
 */
public record NormMode(double sourceShare, Kind kind) {

  /** What a share of the source means. */
  public enum Kind {
    /** Source, batch, or a blend with the unbiased variance. */
    PLAIN,
    /** A blend with the biased variance. */
    BIASED,
    /** Values of the source, gradients of the batch. */
    RENORM
  }

  public static final NormMode SOURCE = new NormMode(1);
  public static final NormMode BATCH = new NormMode(0);
  public static final NormMode RENORM = new NormMode(0, Kind.RENORM);

  private static final int PPM = 1_000_000;

  public NormMode {
    if (!(sourceShare >= 0 && sourceShare <= 1)) {
      throw new IllegalArgumentException("expected a source share of 0 to 1, found " + sourceShare);
    }
  }

  /** A plain share. */
  public NormMode(double sourceShare) {
    this(sourceShare, Kind.PLAIN);
  }

  /** Blends source and batch statistics. */
  public static NormMode blend(double sourceShare) {
    return new NormMode(sourceShare);
  }

  /** Blends source and batch statistics with the biased variance; a share between 0 and 1. */
  public static NormMode biasedBlend(double sourceShare) {
    return new NormMode(sourceShare, Kind.BIASED);
  }

  /** The share in parts per million. */
  public int sourceSharePpm() {
    return (int) Math.round(sourceShare * PPM);
  }

  /**
   * The mode as the patched model reads it: the share in parts per million, 2,000,000 more for
   * biased blends, 4,000,000 for renormalisation.
   */
  public int code() {
    return switch (kind) {
      case PLAIN -> sourceSharePpm();
      case BIASED -> 2 * PPM + sourceSharePpm();
      case RENORM -> 4 * PPM;
    };
  }

  /** True when a forward pass computes batch statistics. */
  public boolean usesBatch() {
    return sourceSharePpm() < PPM;
  }
}
