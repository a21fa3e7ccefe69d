package dev.meander.core.augment;

import dev.meander.core.tensor.Tensor;
import java.util.random.RandomGenerator;

/**
 * The random view of CoTTA and its successors: clip to 0 to 1; brightness [.6, 1.4], contrast [.7,
 * 1.3], saturation [.5, 1.5], hue [-.06, .06], gamma [.7, 1.3] in random order; turn by up to 15
 * degrees, move by up to a sixteenth of the padded side, scale [.9, 1.1] with the border continued
 * by half a side; with {@code blurred} a Gaussian blur of 5 taps, deviation [.001, .5]; cut to the
 * middle; flip with chance 1/2; with {@code blurred} noise of deviation .005; clip.
 *
 * <p>One set of random numbers serves the whole batch, the noise excepted. Needs images {@code [b,
 * 1 or 3, h, w]} with values 0 to 1; of other inputs the view is noise of deviation .05.
 *
 * @param blurred whether blur and noise belong to it, as in CoTTA; without them the border is
 *     reflected, as in ROID
 */
public record TestTimeTransforms(boolean blurred) implements Augmentation {

  private static final int BLUR_RADIUS = 2;
  private static final double NOISE = 0.005;

  /** What is drawn once per batch. */
  private record Draw(int[] order, float[] factors, AffineMap map, float[] taps, boolean flipped) {

    static Draw of(RandomGenerator random, int height, int width) {
      int[] order = {0, 1, 2, 3, 4};
      for (int i = order.length - 1; i > 0; i--) {
        int j = random.nextInt(i + 1);
        int swapped = order[i];
        order[i] = order[j];
        order[j] = swapped;
      }
      float[] factors = {
        Views.uniform(random, .6, 1.4),
        Views.uniform(random, .7, 1.3),
        Views.uniform(random, .5, 1.5),
        Views.uniform(random, -.06, .06),
        Views.uniform(random, .7, 1.3)
      };
      double angle = Math.toRadians(Views.uniform(random, -15, 15));
      // the image is padded by half a side on each side: twice as wide
      double right = Math.rint(Views.uniform(random, -1, 1) * width / 8);
      double down = Math.rint(Views.uniform(random, -1, 1) * height / 8);
      double scale = Views.uniform(random, .9, 1.1);
      float[] taps = Views.gaussian(BLUR_RADIUS, Views.uniform(random, .001, .5));
      return new Draw(
          order, factors, AffineMap.inverse(angle, scale, right, down), taps, random.nextBoolean());
    }
  }

  @Override
  public Tensor apply(Tensor x, RandomGenerator random) {
    if (!Views.isImages(x)) {
      return Views.noise(x, Views.VECTOR_NOISE, random);
    }
    int[] shape = x.shape();
    int planes = shape[1];
    int height = shape[2];
    int width = shape[3];
    Draw draw = Draw.of(random, height, width);
    float[] coloured = x.data().clone();
    for (int i = 0; i < coloured.length; i++) {
      coloured[i] = Colour.clip(coloured[i]);
    }
    float[] out = new float[coloured.length];
    for (int i = 0; i < x.rows(); i++) {
      colour(coloured, i * planes * height * width, planes, height * width, draw);
    }
    for (int plane = 0; plane < x.rows() * planes; plane++) {
      turn(coloured, plane * height * width, height, width, draw, out);
    }
    if (draw.flipped()) {
      Views.flip(out, width);
    }
    for (int i = 0; i < out.length; i++) {
      double noise = blurred ? NOISE * random.nextGaussian() : 0;
      out[i] = Colour.clip((float) (out[i] + noise));
    }
    return new Tensor(out, shape);
  }

  private static void colour(float[] data, int from, int planes, int size, Draw draw) {
    for (int step : draw.order()) {
      float factor = draw.factors()[step];
      switch (step) {
        case 0 -> Colour.brightness(data, from, planes, size, factor);
        case 1 -> Colour.contrast(data, from, planes, size, factor);
        case 2 -> Colour.saturation(data, from, planes, size, factor);
        case 3 -> Colour.hue(data, from, planes, size, factor);
        default -> Colour.gamma(data, from, planes, size, factor);
      }
    }
  }

  private void turn(float[] in, int from, int height, int width, Draw draw, float[] out) {
    int margin = blurred ? BLUR_RADIUS : 0;
    AffineMap.Border border = blurred ? AffineMap.Border.EDGE : AffineMap.Border.REFLECT;
    int pad = width / 2;
    int wide = width + 2 * margin;
    int high = height + 2 * margin;
    float[] turned = new float[wide * high];
    for (int r = 0; r < high; r++) {
      for (int c = 0; c < wide; c++) {
        turned[r * wide + c] =
            draw.map()
                .sample(
                    in,
                    from,
                    height,
                    width,
                    pad,
                    border,
                    c - (wide - 1) / 2.0,
                    r - (high - 1) / 2.0);
      }
    }
    float[] cut = blurred ? Views.blurAndCut(turned, high, wide, draw.taps()) : turned;
    System.arraycopy(cut, 0, out, from, height * width);
  }
}
