package dev.meander.app.train;

import dev.meander.core.optimise.OptimiserConfig;

/**
 * How a glyph classifier is trained.
 *
 * @param seed of the images and of the initial weights
 * @param epochs passes; every pass draws new images
 * @param imagesPerEpoch images of one pass, a multiple of the batch
 * @param batch images of one step
 * @param testImages images that the error is measured on
 * @param optimiser rates at the first step; the learning rate falls to 0 along a half cosine
 */
public record TrainerConfig(
    long seed,
    int epochs,
    int imagesPerEpoch,
    int batch,
    int testImages,
    OptimiserConfig optimiser) {

  /** Longest training; the built-in model took a hundredth. */
  public static final int EPOCHS_MAX = 1000;

  private static final OptimiserConfig NESTEROV =
      OptimiserConfig.sgd(0.1, 0.9, true).withWeightDecay(5e-4);

  public TrainerConfig {
    if (epochs < 1 || epochs > EPOCHS_MAX) {
      throw new IllegalArgumentException(
          "expected 1 to " + EPOCHS_MAX + " epochs, found " + epochs);
    }
    if (batch < 2 || imagesPerEpoch < batch || imagesPerEpoch % batch != 0) {
      throw new IllegalArgumentException(
          "expected batches of 2 or more that divide an epoch, found "
              + batch
              + " for "
              + imagesPerEpoch);
    }
    if (testImages < 1) {
      throw new IllegalArgumentException("expected at least 1 test image, found " + testImages);
    }
    Math.multiplyExact(epochs, imagesPerEpoch);
  }

  /** The setting of the built-in model, but for seed and epochs. */
  public static TrainerConfig standard(long seed, int epochs) {
    return new TrainerConfig(seed, epochs, 25_600, 128, 4_000, NESTEROV);
  }

  /** Number of steps. */
  int steps() {
    return epochs * (imagesPerEpoch / batch);
  }
}
