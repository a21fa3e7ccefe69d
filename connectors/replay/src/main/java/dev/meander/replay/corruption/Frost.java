package dev.meander.replay.corruption;

import dev.meander.replay.random.Draws;

/** {@code a x + b texture} with a random window of a random texture. */
final class Frost implements Recipe {

  private static final double[] KEPT = {1, 1, 0.9, 0.85, 0.75};
  private static final double[] ADDED = {0.2, 0.3, 0.4, 0.4, 0.45};

  private final FrostTextures textures;

  Frost(FrostTextures textures) {
    this.textures = textures;
  }

  @Override
  public int[] corrupt(Pixels source, int severity, Draws draws) {
    FrostTextures.Texture texture = textures.any(draws);
    int top = draws.below(Math.max(1, texture.height() - source.height()));
    int left = draws.below(Math.max(1, texture.width() - source.width()));
    int width = source.width();
    int plane = source.planeSize();
    int[] bytes = new int[source.values().length];
    for (int i = 0; i < bytes.length; i++) {
      int channel = i / plane % 3;
      double ice = texture.at(channel, top + i % plane / width, left + i % width);
      bytes[i] =
          Pixels.truncated(KEPT[severity - 1] * source.values()[i] + ADDED[severity - 1] * ice);
    }
    return bytes;
  }
}
