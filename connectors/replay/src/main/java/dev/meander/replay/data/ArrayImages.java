package dev.meander.replay.data;

import dev.meander.core.weights.Sha256;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * Colour images in a NumPy file of bytes {@code [n, 32, 32, 3]}, with their classes in {@code
 * labels.npy} beside it.
 *
 * <p>Thread-safety: immutable; files are mapped, not copied.
 */
public final class ArrayImages implements DataSet {

  private static final int SIDE = 32;
  private static final int CHANNELS = 3;
  private static final int PIXELS = CHANNELS * SIDE * SIDE;
  private static final int CLASSES_MAX = 1_000;

  private final NpyFile images;
  private final NpyFile labels;
  private final int classes;

  private ArrayImages(NpyFile images, NpyFile labels, int classes) {
    this.images = images;
    this.labels = labels;
    this.classes = classes;
  }

  /**
   * Opens a file of images.
   *
   * @throws DataSetRefusedException when it or its labels are missing, damaged or of another shape
   */
  public static ArrayImages open(Path file) {
    Path labelFile = file.resolveSibling(CorruptionArchive.LABELS);
    if (!Files.isRegularFile(labelFile)) {
      throw new DataSetRefusedException("expected labels in " + labelFile + ", found no such file");
    }
    NpyFile labels = NpyFile.open(labelFile);
    int rows = labelRows(labels, labelFile);
    NpyFile images = NpyFile.open(file);
    check(images, rows, file);
    long max = 0;
    for (int i = 0; i < rows; i++) {
      long label = labels.at(i);
      if (label < 0 || label >= CLASSES_MAX) {
        throw new DataSetRefusedException(
            "expected labels 0 to %d, found %d in row %d of %s"
                .formatted(CLASSES_MAX - 1, label, i, labelFile));
      }
      max = Math.max(max, label);
    }
    return new ArrayImages(images, labels, (int) max + 1);
  }

  /** How many labels there are, in one row or in one column. */
  static int labelRows(NpyFile labels, Path file) {
    int[] shape = labels.shape();
    boolean row = shape.length == 1;
    boolean column = shape.length == 2 && (shape[0] == 1 || shape[1] == 1);
    int rows = Arrays.stream(shape).reduce(1, (a, b) -> a * b);
    if (!(row || column) || rows == 0) {
      throw new DataSetRefusedException(
          "expected labels in one row or one column, found shape %s in %s"
              .formatted(Arrays.toString(shape), file));
    }
    return rows;
  }

  /** Checks that an array has images, one per label. */
  static void check(NpyFile array, int rows, Path file) {
    int[] expected = {rows, SIDE, SIDE, CHANNELS};
    int[] shape = array.shape();
    if (array.isBytes() && Arrays.equals(shape, expected)) {
      return;
    }
    boolean channelsFirst = shape.length == 4 && shape[1] == CHANNELS && shape[3] != CHANNELS;
    throw new DataSetRefusedException(
        "expected bytes of shape %s, as many images as labels, found numbers of type %s and shape %s in %s%s"
            .formatted(
                Arrays.toString(expected),
                array.type(),
                Arrays.toString(shape),
                file,
                channelsFirst ? "; its channels come first" : ""));
  }

  /** An image, which is stored pixel by pixel, channel by channel. */
  static float[] image(NpyFile array, int row) {
    byte[] pixels = new byte[PIXELS];
    array.read(row * PIXELS, pixels);
    float[] image = new float[PIXELS];
    for (int i = 0; i < PIXELS; i++) {
      image[i % CHANNELS * SIDE * SIDE + i / CHANNELS] = (pixels[i] & 0xff) / 255f;
    }
    return image;
  }

  @Override
  public String name() {
    return "arrays";
  }

  @Override
  public Sha256 digest() {
    MessageDigest digest = Sha256.digest();
    labels.update(digest);
    images.update(digest);
    return Sha256.of(digest);
  }

  @Override
  public int size() {
    return images.shape()[0];
  }

  @Override
  public float[] image(int index) {
    return image(images, Objects.checkIndex(index, size()));
  }

  @Override
  public int label(int index) {
    return (int) labels.at(Objects.checkIndex(index, size()));
  }

  @Override
  public List<String> classNames() {
    return ClassNames.numbered(classes);
  }

  @Override
  public int[] inputShape() {
    return new int[] {CHANNELS, SIDE, SIDE};
  }
}
