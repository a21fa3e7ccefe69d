package dev.meander.replay.data;

import dev.meander.core.weights.Sha256;
import dev.meander.replay.file.FileBytes;
import dev.meander.replay.file.FileKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * CIFAR images from a file in the original binary format: per record one label byte (CIFAR-10), or
 * a coarse and a fine one (CIFAR-100), then 1,024 red, green and blue bytes each.
 *
 * <p>Thread-safety: immutable.
 */
public final class CifarDataSet implements DataSet {

  /** Largest number of records that is read; the whole of CIFAR-10 has 60,000. */
  public static final int RECORDS_MAX = 60_000;

  private static final int CHANNELS = 3;
  private static final int SIDE = 32;
  private static final int PIXELS = CHANNELS * SIDE * SIDE;

  /** Names of files of training images, the first that is there is taken. */
  public static final List<String> TRAINING =
      List.of(
          "train_10k.bin",
          "data_batch_1.bin",
          "data_batch_2.bin",
          "data_batch_3.bin",
          "data_batch_4.bin",
          "data_batch_5.bin",
          "train.bin");

  private static final String FINE_NAMES = "fine_label_names.txt";

  /** Which of the two. */
  public enum Format {
    CIFAR_10(
        1, 10, "cifar10/test_batch.bin", "cifar-10-batches-bin/test_batch.bin", "test_batch.bin"),
    CIFAR_100(2, 100, "cifar100/test.bin", "cifar-100-binary/test.bin", "test.bin");

    private final int labelBytes;
    private final int classes;

    // a copy of strings
    @SuppressWarnings("ImmutableEnumChecker")
    private final List<String> places;

    Format(int labelBytes, int classes, String... places) {
      this.labelBytes = labelBytes;
      this.classes = classes;
      this.places = List.of(places);
    }

    /** Bytes of one record; the last of the label bytes is the label. */
    public int recordBytes() {
      return labelBytes + PIXELS;
    }

    String title() {
      return "CIFAR-" + classes;
    }

    /** Where in a folder the test images may lie. */
    public List<String> places() {
      return places;
    }
  }

  static final List<String> CIFAR_10_NAMES =
      List.of(
          "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck");

  private final Format format;
  private final List<String> classNames;
  private final byte[] records;

  private CifarDataSet(Format format, byte[] records, List<String> classNames) {
    this.format = format;
    this.records = records;
    this.classNames = classNames;
  }

  /**
   * Reads the test images.
   *
   * @param location a data pack, a folder with the file of test images, or a file of records
   * @throws DataSetRefusedException when there is no such file, or it holds something else
   */
  public static CifarDataSet open(Format format, Path location) {
    Path file =
        find(format, location)
            .orElseThrow(
                () ->
                    new DataSetRefusedException(
                        "expected %s test images in one of the files %s, found none in %s"
                            .formatted(
                                format.title(), String.join(", ", format.places), location)));
    byte[] records;
    try {
      checkSize(format, Files.size(file), file);
      records = Files.readAllBytes(file);
    } catch (IOException e) {
      throw new DataSetRefusedException("expected to read " + file + ", found " + e, e);
    }
    checkLabels(format, records, file);
    return new CifarDataSet(format, records, names(format, file));
  }

  /** The file of test images: {@code location} itself, or where it usually lies in a folder. */
  public static Optional<Path> find(Format format, Path location) {
    if (Files.isRegularFile(location)) {
      return Optional.of(location);
    }
    return format.places.stream().map(location::resolve).filter(Files::isRegularFile).findFirst();
  }

  /** A file of training images beside the file of test images. */
  public static Optional<Path> findTraining(Format format, Path location) {
    return find(format, location)
        .flatMap(
            test ->
                TRAINING.stream()
                    .map(test::resolveSibling)
                    .filter(file -> !file.equals(test) && Files.isRegularFile(file))
                    .findFirst());
  }

  /** A file of training images in a folder, or where the images of this format lie in one. */
  public static Optional<Path> trainingIn(Format format, Path folder) {
    return Stream.concat(
            Stream.of(folder),
            format.places.stream().map(place -> folder.resolve(place).resolveSibling("")))
        .flatMap(place -> TRAINING.stream().map(place::resolve))
        .filter(Files::isRegularFile)
        .filter(file -> formatFits(format, file))
        .filter(file -> !format.places.contains(String.valueOf(file.getFileName())))
        .findFirst();
  }

  private static boolean formatFits(Format format, Path file) {
    try {
      return Files.size(file) % format.recordBytes() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  /** The format whose records fill a file of this size; CIFAR-10 when both do. */
  public static Optional<Format> formatOf(long bytes) {
    return Stream.of(Format.values())
        .filter(format -> bytes > 0 && bytes % format.recordBytes() == 0)
        .findFirst();
  }

  private static void checkSize(Format format, long bytes, Path file) {
    long records = bytes / format.recordBytes();
    if (bytes == 0 || bytes % format.recordBytes() != 0) {
      throw new DataSetRefusedException(
          "expected records of %d bytes (%s, %d pixels), found %d bytes in %s, which is %d records and %d bytes"
                  .formatted(
                      format.recordBytes(),
                      format.labelBytes == 1 ? "1 label" : "2 labels",
                      PIXELS,
                      bytes,
                      file,
                      records,
                      bytes % format.recordBytes())
              + FileKind.hint(FileBytes.first(file)));
    }
    if (records > RECORDS_MAX) {
      throw new DataSetRefusedException(
          "expected at most %d records, found %d in %s".formatted(RECORDS_MAX, records, file));
    }
  }

  private static void checkLabels(Format format, byte[] records, Path file) {
    for (int from = 0; from < records.length; from += format.recordBytes()) {
      int at = from + format.labelBytes - 1;
      int label = records[at] & 0xff;
      if (label >= format.classes) {
        throw new DataSetRefusedException(
            "expected labels 0 to %d, found %d in record %d (byte %d) of %s"
                .formatted(format.classes - 1, label, from / format.recordBytes(), at, file));
      }
    }
  }

  private static List<String> names(Format format, Path file) {
    if (format == Format.CIFAR_10) {
      return CIFAR_10_NAMES;
    }
    Path names = file.resolveSibling(FINE_NAMES);
    if (!Files.isRegularFile(names)) {
      return ClassNames.numbered(format.classes);
    }
    List<String> lines;
    try {
      lines = Files.readAllLines(names).stream().filter(line -> !line.isBlank()).toList();
    } catch (IOException e) {
      throw new DataSetRefusedException("expected to read " + names + ", found " + e, e);
    }
    if (lines.size() != format.classes) {
      throw new DataSetRefusedException(
          "expected %d class names, found %d in %s".formatted(format.classes, lines.size(), names));
    }
    return lines;
  }

  @Override
  public String name() {
    return "cifar" + format.classes;
  }

  @Override
  public Sha256 digest() {
    return Sha256.of(records);
  }

  @Override
  public int size() {
    return records.length / format.recordBytes();
  }

  @Override
  public float[] image(int index) {
    int from = Objects.checkIndex(index, size()) * format.recordBytes() + format.labelBytes;
    float[] image = new float[PIXELS];
    for (int i = 0; i < PIXELS; i++) {
      image[i] = (records[from + i] & 0xff) / 255f;
    }
    return image;
  }

  @Override
  public int label(int index) {
    return records[
        Objects.checkIndex(index, size()) * format.recordBytes() + format.labelBytes - 1];
  }

  @Override
  public List<String> classNames() {
    return classNames;
  }

  @Override
  public int[] inputShape() {
    return new int[] {CHANNELS, SIDE, SIDE};
  }
}
