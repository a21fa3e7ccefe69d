package dev.meander.core.augment;

import dev.meander.core.tensor.Tensor;
import java.util.random.RandomGenerator;

/**
 * AugMix (Hendrycks et al., ICLR 2020) as MEMO draws its views: three chains of one to three mild
 * changes each, mixed with Dirichlet(1, 1, 1) weights, then mixed with the image by a uniform
 * weight. Changes: autocontrast, equalise, posterise, solarise, rotate, shear and translate along
 * both axes, at severity 1. Before that the image is moved by up to an eighth of its side and
 * flipped with chance 1/2.
 *
 * <p>Differs from the program of MEMO's authors, which works on the bytes of 32 x 32 images: there
 * angles, shifts within a chain and the threshold of solarise are cut to whole degrees, pixels and
 * levels, shears start at a corner, and what comes in from outside is black or one fixed colour.
 * Here nothing is cut, shears are about the centre and the edge is repeated.
 *
 * <p>Every image of the batch is drawn by itself. Needs images {@code [b, 1 or 3, h, w]} with
 * values 0 to 1; of other inputs the view is noise of deviation .05.
 */
public record AugMix() implements Augmentation {

  private static final int CHAINS = 3;
  private static final int LEVELS = 256;
  private static final int CHANGES = 9;
  private static final AffineMap STILL = AffineMap.inverse(0, 1, 0, 0);

  @Override
  public Tensor apply(Tensor x, RandomGenerator random) {
    if (!Views.isImages(x)) {
      return Views.noise(x, Views.VECTOR_NOISE, random);
    }
    int[] shape = x.shape();
    float[] out = new float[x.data().length];
    for (int i = 0; i < x.rows(); i++) {
      float[] view = view(x.row(i), shape[1], shape[2], shape[3], random);
      System.arraycopy(view, 0, out, i * view.length, view.length);
    }
    return new Tensor(out, shape);
  }

  private static float[] view(
      float[] image, int planes, int height, int width, RandomGenerator random) {
    float[] start =
        moved(
            image,
            planes,
            height,
            width,
            AffineMap.inverse(
                0,
                1,
                Math.rint(Views.uniform(random, -1, 1) * width / 8),
                Math.rint(Views.uniform(random, -1, 1) * height / 8)));
    if (random.nextBoolean()) {
      Views.flip(start, width);
    }
    double[] shares = new double[CHAINS];
    double sum = 0;
    for (int i = 0; i < CHAINS; i++) {
      // exponentials over their sum are Dirichlet(1, 1, 1)
      shares[i] = -Math.log(1 - random.nextDouble());
      sum += shares[i];
    }
    float kept = (float) random.nextDouble();
    float[] mixed = new float[start.length];
    for (int chain = 0; chain < CHAINS; chain++) {
      float[] changed = start.clone();
      for (int depth = 1 + random.nextInt(3); depth > 0; depth--) {
        changed = change(changed, planes, height, width, random);
      }
      float share = (float) ((1 - kept) * shares[chain] / sum);
      for (int i = 0; i < mixed.length; i++) {
        mixed[i] += share * changed[i];
      }
    }
    for (int i = 0; i < mixed.length; i++) {
      mixed[i] = Colour.clip(mixed[i] + kept * start[i]);
    }
    return mixed;
  }

  private static float[] change(
      float[] image, int planes, int height, int width, RandomGenerator random) {
    double level = Views.uniform(random, .1, 1) * (random.nextBoolean() ? 1 : -1);
    int size = height * width;
    return switch (random.nextInt(CHANGES)) {
      case 0 -> autocontrast(image, planes, size);
      case 1 -> equalise(image, planes, size);
      case 2 -> posterise(image, 4);
      case 3 -> solarise(image, (float) (1 - Math.abs(level) / 10));
      case 4 ->
          moved(image, planes, height, width, AffineMap.inverse(level * Math.PI / 60, 1, 0, 0));
      case 5 -> moved(image, planes, height, width, new AffineMap(1, .03 * level, 0, 0, 1, 0));
      case 6 -> moved(image, planes, height, width, new AffineMap(1, 0, 0, .03 * level, 1, 0));
      case 7 -> moved(image, planes, height, width, AffineMap.inverse(0, 1, level * width / 30, 0));
      default ->
          moved(image, planes, height, width, AffineMap.inverse(0, 1, 0, level * height / 30));
    };
  }

  private static float[] moved(float[] image, int planes, int height, int width, AffineMap map) {
    if (map.equals(STILL)) {
      return image.clone();
    }
    float[] out = new float[image.length];
    for (int i = 0; i < out.length; i++) {
      int at = i % (height * width);
      double dx = at % width - (width - 1) / 2.0;
      double dy = at / width - (height - 1) / 2.0;
      out[i] = map.sample(image, i - at, height, width, 0, AffineMap.Border.EDGE, dx, dy);
    }
    return out;
  }

  private static float[] autocontrast(float[] image, int planes, int size) {
    float[] out = image.clone();
    for (int from = 0; from < planes * size; from += size) {
      float min = Float.POSITIVE_INFINITY;
      float max = Float.NEGATIVE_INFINITY;
      for (int i = from; i < from + size; i++) {
        min = Math.min(min, image[i]);
        max = Math.max(max, image[i]);
      }
      for (int i = from; i < from + size && max > min; i++) {
        out[i] = (image[i] - min) / (max - min);
      }
    }
    return out;
  }

  private static float[] equalise(float[] image, int planes, int size) {
    float[] out = new float[image.length];
    for (int from = 0; from < planes * size; from += size) {
      int[] upTo = new int[LEVELS];
      for (int i = from; i < from + size; i++) {
        upTo[level(image[i])]++;
      }
      for (int level = 1; level < LEVELS; level++) {
        upTo[level] += upTo[level - 1];
      }
      for (int i = from; i < from + size; i++) {
        out[i] = (float) upTo[level(image[i])] / size;
      }
    }
    return out;
  }

  private static int level(float value) {
    return (int) (Colour.clip(value) * (LEVELS - 1));
  }

  private static float[] posterise(float[] image, int bits) {
    float[] out = new float[image.length];
    int step = LEVELS >> bits;
    for (int i = 0; i < out.length; i++) {
      out[i] = (float) (level(image[i]) / step * step) / (LEVELS - 1);
    }
    return out;
  }

  private static float[] solarise(float[] image, float threshold) {
    float[] out = image.clone();
    for (int i = 0; i < out.length; i++) {
      out[i] = out[i] < threshold ? out[i] : 1 - out[i];
    }
    return out;
  }
}
