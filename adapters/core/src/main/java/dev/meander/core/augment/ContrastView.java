package dev.meander.core.augment;

import dev.meander.core.tensor.Tensor;
import java.util.random.RandomGenerator;

/**
 * The views of AdaContrast: the image enlarged by an eighth and a random window cut out of it, then
 * flipped with chance 1/2; the strong one before that jitters colours ([.6, 1.4] for brightness,
 * contrast and saturation, [-.1, .1] for hue, chance .8), turns grey (chance .2) and blurs
 * (deviation [.1, 2], chance 1/2). One set of random numbers serves the whole batch.
 *
 * <p>Needs images {@code [b, 1 or 3, h, w]} with values 0 to 1; of other inputs the view is noise
 * of deviation .05, twice that if strong.
 *
 * @param strong whether colours and blur belong to it
 */
public record ContrastView(boolean strong) implements Augmentation {

  private static final double ENLARGED = 1.125;
  private static final int BLUR_RADIUS = 3;

  @Override
  public Tensor apply(Tensor x, RandomGenerator random) {
    if (!Views.isImages(x)) {
      return Views.noise(x, (strong ? 2 : 1) * Views.VECTOR_NOISE, random);
    }
    int[] shape = x.shape();
    int planes = shape[1];
    int height = shape[2];
    int width = shape[3];
    float[] data = x.data().clone();
    boolean blurs = false;
    float[] taps = {1};
    if (strong) {
      colour(data, x.rows(), planes, height * width, random);
      blurs = random.nextBoolean();
      taps = Views.gaussian(BLUR_RADIUS, Views.uniform(random, .1, 2));
    }
    double slack = (ENLARGED - 1) / 2;
    AffineMap map =
        AffineMap.inverse(
            0,
            ENLARGED,
            Views.uniform(random, -slack, slack) * width,
            Views.uniform(random, -slack, slack) * height);
    int margin = blurs ? BLUR_RADIUS : 0;
    int wide = width + 2 * margin;
    int high = height + 2 * margin;
    float[] out = new float[data.length];
    float[] cut = new float[wide * high];
    for (int plane = 0; plane < x.rows() * planes; plane++) {
      int from = plane * height * width;
      for (int i = 0; i < cut.length; i++) {
        double dx = i % wide - (wide - 1) / 2.0;
        double dy = i / wide - (high - 1) / 2.0;
        cut[i] = map.sample(data, from, height, width, width, AffineMap.Border.EDGE, dx, dy);
      }
      float[] inner = blurs ? Views.blurAndCut(cut, high, wide, taps) : cut;
      System.arraycopy(inner, 0, out, from, height * width);
    }
    if (random.nextBoolean()) {
      Views.flip(out, width);
    }
    return new Tensor(out, shape);
  }

  private static void colour(float[] data, int rows, int planes, int size, RandomGenerator random) {
    boolean jitters = random.nextDouble() < .8;
    boolean greys = random.nextDouble() < .2;
    float brightness = Views.uniform(random, .6, 1.4);
    float contrast = Views.uniform(random, .6, 1.4);
    float saturation = Views.uniform(random, .6, 1.4);
    float hue = Views.uniform(random, -.1, .1);
    for (int i = 0; i < rows; i++) {
      int from = i * planes * size;
      if (jitters) {
        Colour.brightness(data, from, planes, size, brightness);
        Colour.contrast(data, from, planes, size, contrast);
        Colour.saturation(data, from, planes, size, saturation);
        Colour.hue(data, from, planes, size, hue);
      }
      if (greys) {
        Colour.greyscale(data, from, planes, size);
      }
    }
  }
}
