package dev.meander.replay.data;

import dev.meander.core.weights.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The published CIFAR-10-C and CIFAR-100-C: a folder with one {@code <corruption>.npy} of bytes
 * {@code [5 n, 32, 32, 3]} for each corruption, rows of severity s from {@code (s - 1) n} to {@code
 * s n}, and {@code labels.npy} with their classes.
 *
 * <p>Thread-safety: immutable; files are mapped, not copied.
 */
public final class CorruptionArchive {

  /** What makes a folder one. */
  public static final String LABELS = "labels.npy";

  private static final String SUFFIX = ".npy";
  private static final int SEVERITIES = 5;
  private static final int SIDE = 32;
  private static final int CHANNELS = 3;
  private static final int PIXELS = CHANNELS * SIDE * SIDE;
  private static final int FILES_MAX = 64;
  private static final int CLASSES_FEW = 10;
  private static final int CLASSES_MANY = 100;

  private final Map<String, NpyFile> corruptions;
  private final NpyFile labels;
  private final int classes;
  private final int images;

  private CorruptionArchive(
      Map<String, NpyFile> corruptions, NpyFile labels, int classes, int images) {
    this.corruptions = corruptions;
    this.labels = labels;
    this.classes = classes;
    this.images = images;
  }

  /**
   * Opens every file of a folder.
   *
   * @throws DataSetRefusedException when a file is damaged or of another shape
   */
  public static CorruptionArchive open(Path folder) {
    Path labelFile = folder.resolve(LABELS);
    NpyFile labels = NpyFile.open(labelFile);
    int[] shape = labels.shape();
    if (shape.length != 1 || shape[0] == 0 || shape[0] % SEVERITIES != 0) {
      throw new DataSetRefusedException(
          "expected labels in one row, as many for each of 5 severities, found shape %s in %s"
              .formatted(Arrays.toString(shape), labelFile));
    }
    int classes = classes(labels, shape[0], labelFile);
    Map<String, NpyFile> corruptions = new TreeMap<>();
    for (Path file : files(folder)) {
      NpyFile array = NpyFile.open(file);
      int[] expected = {shape[0], SIDE, SIDE, CHANNELS};
      if (!array.isBytes() || !Arrays.equals(array.shape(), expected)) {
        throw new DataSetRefusedException(
            "expected bytes of shape %s, as many images as labels, found %s %s in %s"
                .formatted(
                    Arrays.toString(expected),
                    array.isBytes() ? "bytes of shape" : "larger numbers of shape",
                    Arrays.toString(array.shape()),
                    file));
      }
      String name = file.getFileName().toString();
      corruptions.put(name.substring(0, name.length() - SUFFIX.length()), array);
    }
    if (corruptions.isEmpty()) {
      throw new DataSetRefusedException(
          "expected files such as gaussian_noise.npy beside %s, found none in %s"
              .formatted(LABELS, folder));
    }
    return new CorruptionArchive(corruptions, labels, classes, shape[0] / SEVERITIES);
  }

  private static List<Path> files(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> arrays =
          files
              .filter(file -> file.getFileName().toString().endsWith(SUFFIX))
              .filter(file -> !file.getFileName().toString().equals(LABELS))
              .sorted()
              .limit(FILES_MAX + 1)
              .toList();
      if (arrays.size() > FILES_MAX) {
        throw new DataSetRefusedException(
            "expected at most " + FILES_MAX + " corruptions, found more in " + folder);
      }
      return arrays;
    } catch (IOException e) {
      throw new DataSetRefusedException("expected to read " + folder + ", found " + e, e);
    }
  }

  /** 10 or 100; every severity must have the same labels. */
  private static int classes(NpyFile labels, int rows, Path file) {
    long max = 0;
    int images = rows / SEVERITIES;
    for (int i = 0; i < rows; i++) {
      long label = labels.at(i);
      if (label < 0 || label >= CLASSES_MANY) {
        throw new DataSetRefusedException(
            "expected labels 0 to 99, found %d in row %d of %s".formatted(label, i, file));
      }
      if (label != labels.at(i % images)) {
        throw new DataSetRefusedException(
            "expected the labels of severity 1 again for every severity, found %d and not %d in row %d of %s"
                .formatted(label, labels.at(i % images), i, file));
      }
      max = Math.max(max, label);
    }
    return max < CLASSES_FEW ? CLASSES_FEW : CLASSES_MANY;
  }

  /** Names of the corruptions, in alphabetical order. */
  public List<String> corruptions() {
    return List.copyOf(corruptions.keySet());
  }

  /** {@code cifar10-c} or {@code cifar100-c}. */
  public String name() {
    return "cifar" + classes + "-c";
  }

  /** Names of the classes. */
  public List<String> classNames() {
    return classes == CLASSES_FEW ? CifarDataSet.CIFAR_10_NAMES : ClassNames.numbered(classes);
  }

  /** Identity of every file; reads them all. */
  public Sha256 digest() {
    MessageDigest digest = Sha256.digest();
    labels.update(digest);
    corruptions.forEach((name, array) -> digest.update(array.digest().bytes()));
    return Sha256.of(digest);
  }

  /**
   * The images of a corruption.
   *
   * @param corruption one of {@link #corruptions}
   * @param severity 1 to 5
   * @throws IllegalArgumentException for another one
   */
  public DataSet images(String corruption, int severity) {
    NpyFile array = corruptions.get(corruption);
    if (array == null) {
      throw new IllegalArgumentException(
          "expected a corruption of %s, found %s"
              .formatted(String.join(", ", corruptions.keySet()), corruption));
    }
    return new Images(array, corruption, Objects.checkIndex(severity - 1, SEVERITIES) * images);
  }

  /** One block of rows. */
  private final class Images implements DataSet {

    private final NpyFile array;
    private final String corruption;
    private final int first;

    Images(NpyFile array, String corruption, int first) {
      this.array = array;
      this.corruption = corruption;
      this.first = first;
    }

    @Override
    public String name() {
      return CorruptionArchive.this.name() + " " + corruption + "/" + (first / images + 1);
    }

    @Override
    public Sha256 digest() {
      String text = name() + " " + array.digest().hex();
      return Sha256.of(text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public int size() {
      return images;
    }

    @Override
    public float[] image(int index) {
      byte[] pixels = new byte[PIXELS];
      array.read((first + Objects.checkIndex(index, images)) * PIXELS, pixels);
      float[] image = new float[PIXELS];
      for (int i = 0; i < PIXELS; i++) {
        // stored pixel by pixel, wanted channel by channel
        image[i % CHANNELS * SIDE * SIDE + i / CHANNELS] = (pixels[i] & 0xff) / 255f;
      }
      return image;
    }

    @Override
    public int label(int index) {
      return (int) labels.at(Objects.checkIndex(index, images));
    }

    @Override
    public List<String> classNames() {
      return CorruptionArchive.this.classNames();
    }

    @Override
    public int[] inputShape() {
      return new int[] {CHANNELS, SIDE, SIDE};
    }
  }
}
