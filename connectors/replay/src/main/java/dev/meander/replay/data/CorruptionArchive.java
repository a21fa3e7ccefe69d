package dev.meander.replay.data;

import dev.meander.core.weights.Sha256;
import dev.meander.replay.file.DataFolder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * The published CIFAR-10-C and CIFAR-100-C: a folder with one {@code <corruption>.npy} of bytes
 * {@code [5 n, 32, 32, 3]} for each corruption, rows of severity s from {@code (s - 1) n} to {@code
 * s n}, and {@code labels.npy} with their classes. A folder with the rows of one severity is taken
 * for severity 5.
 *
 * <p>Thread-safety: immutable; files are mapped, not copied.
 */
public final class CorruptionArchive {

  /** What makes a folder one. */
  public static final String LABELS = "labels.npy";

  private static final String SUFFIX = ".npy";

  /** Severities of a whole folder. */
  public static final int SEVERITIES = 5;

  private static final int SIDE = 32;
  private static final int CHANNELS = 3;
  private static final int FILES_MAX = 64;
  private static final int CLASSES_FEW = 10;
  private static final int CLASSES_MANY = 100;

  private final Map<String, NpyFile> corruptions;
  private final NpyFile labels;
  private final int classes;
  private final int images;
  private final boolean single;

  private CorruptionArchive(
      Map<String, NpyFile> corruptions, NpyFile labels, int classes, int images, boolean single) {
    this.corruptions = corruptions;
    this.labels = labels;
    this.classes = classes;
    this.images = images;
    this.single = single;
  }

  /**
   * Opens every file of a folder.
   *
   * @throws DataSetRefusedException when a file is damaged or of another shape
   */
  public static CorruptionArchive open(Path folder) {
    Path labelFile = folder.resolve(LABELS);
    NpyFile labels = NpyFile.open(labelFile);
    int rows = ArrayImages.labelRows(labels, labelFile);
    int classes = classes(labels, rows, labelFile);
    boolean repeated = isRepeated(labels, rows, labelFile);
    int imageRows = rows;
    Map<String, NpyFile> corruptions = new TreeMap<>();
    for (Path file : files(folder)) {
      NpyFile array = NpyFile.open(file);
      int[] shape = array.shape();
      if (repeated && shape.length > 0 && shape[0] == rows / SEVERITIES) {
        imageRows = rows / SEVERITIES;
      }
      ArrayImages.check(array, imageRows, file);
      String name = file.getFileName().toString();
      corruptions.put(name.substring(0, name.length() - SUFFIX.length()), array);
    }
    if (corruptions.isEmpty()) {
      throw new DataSetRefusedException(
          "expected files such as gaussian_noise.npy beside %s, found none in %s"
              .formatted(LABELS, folder));
    }
    boolean single = !repeated || imageRows < rows;
    int images = single ? imageRows : rows / SEVERITIES;
    return new CorruptionArchive(corruptions, labels, classes, images, single);
  }

  private static List<Path> files(Path folder) {
    List<Path> arrays =
        DataFolder.files(folder).stream()
            .filter(file -> file.getFileName().toString().endsWith(SUFFIX))
            .filter(file -> !file.getFileName().toString().equals(LABELS))
            .limit(FILES_MAX + 1)
            .toList();
    if (arrays.size() > FILES_MAX) {
      throw new DataSetRefusedException(
          "expected at most " + FILES_MAX + " corruptions, found more in " + folder);
    }
    return arrays;
  }

  /** 10 or 100. */
  private static int classes(NpyFile labels, int rows, Path file) {
    long max = 0;
    for (int i = 0; i < rows; i++) {
      long label = labels.at(i);
      if (label < 0 || label >= CLASSES_MANY) {
        throw new DataSetRefusedException(
            "expected labels 0 to 99, found %d in row %d of %s".formatted(label, i, file));
      }
      max = Math.max(max, label);
    }
    return max < CLASSES_FEW ? CLASSES_FEW : CLASSES_MANY;
  }

  /**
   * Whether every severity has the labels of the first one again. Where hardly any label is there
   * again the rows are of one severity; a few that differ are damage.
   */
  private static boolean isRepeated(NpyFile labels, int rows, Path file) {
    if (rows % SEVERITIES != 0) {
      return false;
    }
    int images = rows / SEVERITIES;
    int different = 0;
    int first = -1;
    for (int i = images; i < rows; i++) {
      if (labels.at(i) != labels.at(i % images)) {
        different++;
        first = first < 0 ? i : first;
      }
    }
    if (different > 0 && different < (rows - images) / 2) {
      throw new DataSetRefusedException(
          "expected the labels of severity 1 again for every severity, found %d and not %d in row %d of %s"
              .formatted(labels.at(first), labels.at(first % images), first, file));
    }
    return different == 0;
  }

  /** What was taken for granted. */
  public List<String> notes() {
    return single
        ? List.of("the images are of one severity, which is taken for severity " + SEVERITIES)
        : List.of();
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
    Objects.checkIndex(severity - 1, SEVERITIES);
    if (single && severity != SEVERITIES) {
      throw new IllegalArgumentException(
          "expected severity %d, the only one of the images, found %d"
              .formatted(SEVERITIES, severity));
    }
    return new Images(array, corruption, severity);
  }

  /** One block of rows. */
  private final class Images implements DataSet {

    private final NpyFile array;
    private final String corruption;
    private final int severity;
    private final int first;

    Images(NpyFile array, String corruption, int severity) {
      this.array = array;
      this.corruption = corruption;
      this.severity = severity;
      this.first = single ? 0 : (severity - 1) * images;
    }

    @Override
    public String name() {
      return CorruptionArchive.this.name() + " " + corruption + "/" + severity;
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
      return ArrayImages.image(array, first + Objects.checkIndex(index, images));
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
