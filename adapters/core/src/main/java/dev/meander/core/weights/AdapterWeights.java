package dev.meander.core.weights;

import java.security.MessageDigest;

/**
 * The floats of one adapter in one layout. The array is owned by this object and must not be
 * written to by readers.
 *
 * <p>Thread-safety: immutable by contract.
 */
public final class AdapterWeights {

  private final Layout layout;
  private final float[] values;

  /**
   * @param layout what the floats mean
   * @param values {@code layout.size()} floats, copied
   */
  public AdapterWeights(Layout layout, float[] values) {
    this(values.clone(), layout);
  }

  private AdapterWeights(float[] values, Layout layout) {
    if (values.length != layout.size()) {
      throw new IllegalArgumentException(
          "expected " + layout.size() + " floats, found " + values.length);
    }
    this.layout = layout;
    this.values = values;
  }

  /**
   * As the constructor, without a copy: an adapter may have hundreds of megabytes.
   *
   * @param values {@code layout.size()} floats that nobody writes to any more
   */
  public static AdapterWeights owning(Layout layout, float[] values) {
    return new AdapterWeights(values, layout);
  }

  public Layout layout() {
    return layout;
  }

  /** All floats in layout order; not a copy, do not write. */
  public float[] values() {
    return values;
  }

  /** Copies the floats of {@code block} into {@code into}, which must have the block's size. */
  public void read(Block block, float[] into) {
    System.arraycopy(values, layout.offset(block), into, 0, block.size());
  }

  /**
   * Identity of a version: SHA-256 over the layout's hash and the little-endian floats a node
   * decodes. Two lossless encodings of the same adapter have the same content hash.
   */
  public Sha256 contentHash() {
    MessageDigest digest = Sha256.digest();
    digest.update(layout.hash().bytes());
    Sha256.update(digest, values);
    return Sha256.of(digest);
  }

  @Override
  public String toString() {
    return "AdapterWeights[" + layout + "]";
  }
}
