package dev.meander.replay.corruption;

import dev.meander.core.weights.Sha256;

/**
 * The corruptions with the textures they need.
 *
 * <p>Thread-safety: immutable.
 */
public final class Corruptor {

  private final FrostTextures textures;
  private final Frost frost;

  /**
   * @param textures for {@link Corruption#FROST}
   */
  public Corruptor(FrostTextures textures) {
    this.textures = textures;
    this.frost = new Frost(textures);
  }

  /** As {@link Corruption#apply}, with these textures. */
  public float[] apply(
      Corruption corruption, float[] image, int[] shape, int severity, long seed, long index) {
    Recipe recipe = corruption == Corruption.FROST ? frost : corruption.recipe();
    return corruption.apply(recipe, image, shape, severity, seed, index);
  }

  /** Identity of the textures. */
  public Sha256 digest() {
    return textures.digest();
  }
}
