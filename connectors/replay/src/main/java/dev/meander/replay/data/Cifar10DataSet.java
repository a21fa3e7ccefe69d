package dev.meander.replay.data;

import dev.meander.core.weights.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/**
 * CIFAR-10 images from a file in the original binary format: per record one label byte, then 1,024
 * red, green and blue bytes each.
 *
 * <p>Thread-safety: immutable.
 */
public final class Cifar10DataSet implements DataSet {

  /** Largest number of records that is read; the whole of CIFAR-10 has 60,000. */
  public static final int RECORDS_MAX = 60_000;

  private static final int CHANNELS = 3;
  private static final int SIDE = 32;
  private static final int PIXELS = CHANNELS * SIDE * SIDE;
  private static final int RECORD_BYTES = 1 + PIXELS;
  private static final List<String> CLASS_NAMES =
      List.of(
          "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck");
  private static final List<String> PLACES =
      List.of("cifar10/test_batch.bin", "cifar-10-batches-bin/test_batch.bin", "test_batch.bin");

  private final byte[] records;

  private Cifar10DataSet(byte[] records) {
    this.records = records;
  }

  /**
   * Reads the test images.
   *
   * @param location a data pack, a folder with {@code test_batch.bin}, or a file of records
   * @throws DataSetRefusedException when there is no such file, or it holds something else
   */
  public static Cifar10DataSet open(Path location) {
    Path file = locate(location);
    long bytes;
    byte[] records;
    try {
      bytes = Files.size(file);
      checkSize(bytes, file);
      records = Files.readAllBytes(file);
    } catch (IOException e) {
      throw new DataSetRefusedException("expected to read " + file + ", found " + e, e);
    }
    checkLabels(records, file);
    return new Cifar10DataSet(records);
  }

  private static Path locate(Path location) {
    if (Files.isRegularFile(location)) {
      return location;
    }
    for (String place : PLACES) {
      if (Files.isRegularFile(location.resolve(place))) {
        return location.resolve(place);
      }
    }
    throw new DataSetRefusedException(
        "expected CIFAR-10 test images in one of the files "
            + String.join(", ", PLACES)
            + ", found none in "
            + location);
  }

  private static void checkSize(long bytes, Path file) {
    if (bytes == 0 || bytes % RECORD_BYTES != 0) {
      throw new DataSetRefusedException(
          "expected records of "
              + RECORD_BYTES
              + " bytes (1 label, "
              + PIXELS
              + " pixels), found "
              + bytes
              + " bytes in "
              + file
              + ", which is "
              + bytes / RECORD_BYTES
              + " records and "
              + bytes % RECORD_BYTES
              + " bytes");
    }
    if (bytes / RECORD_BYTES > RECORDS_MAX) {
      throw new DataSetRefusedException(
          "expected at most "
              + RECORDS_MAX
              + " records, found "
              + bytes / RECORD_BYTES
              + " in "
              + file);
    }
  }

  private static void checkLabels(byte[] records, Path file) {
    for (int at = 0; at < records.length; at += RECORD_BYTES) {
      int label = records[at] & 0xff;
      if (label >= CLASS_NAMES.size()) {
        throw new DataSetRefusedException(
            "expected labels 0 to "
                + (CLASS_NAMES.size() - 1)
                + ", found "
                + label
                + " in record "
                + at / RECORD_BYTES
                + " (byte "
                + at
                + ") of "
                + file);
      }
    }
  }

  @Override
  public String name() {
    return "cifar10";
  }

  @Override
  public Sha256 digest() {
    return Sha256.of(records);
  }

  @Override
  public int size() {
    return records.length / RECORD_BYTES;
  }

  @Override
  public float[] image(int index) {
    int from = Objects.checkIndex(index, size()) * RECORD_BYTES + 1;
    float[] image = new float[PIXELS];
    for (int i = 0; i < PIXELS; i++) {
      image[i] = (records[from + i] & 0xff) / 255f;
    }
    return image;
  }

  @Override
  public int label(int index) {
    return records[Objects.checkIndex(index, size()) * RECORD_BYTES];
  }

  @Override
  public List<String> classNames() {
    return CLASS_NAMES;
  }

  @Override
  public int[] inputShape() {
    return new int[] {CHANNELS, SIDE, SIDE};
  }
}
