package dev.meander.replay.data;

import dev.meander.core.weights.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Grey images in the IDX format of MNIST: {@code t10k-images-idx3-ubyte} and {@code
 * t10k-labels-idx1-ubyte}, big-endian, unpacked.
 *
 * <p>Thread-safety: immutable.
 */
public final class IdxDataSet implements DataSet {

  /** Most bytes of one file. */
  static final long BYTES_MAX = 1L << 30;

  /** Names of the file of test images. */
  public static final List<String> IMAGES =
      List.of("t10k-images-idx3-ubyte", "t10k-images.idx3-ubyte");

  /** Name of the file of training images. */
  public static final String TRAINING_IMAGES = "train-images-idx3-ubyte";

  private static final int IMAGES_MAGIC = 0x803;
  private static final int LABELS_MAGIC = 0x801;
  private static final int IMAGES_HEADER = 16;
  private static final int LABELS_HEADER = 8;

  private final byte[] images;
  private final byte[] labels;
  private final int height;
  private final int width;
  private final int classes;

  private IdxDataSet(byte[] images, byte[] labels, int height, int width, int classes) {
    this.images = images;
    this.labels = labels;
    this.height = height;
    this.width = width;
    this.classes = classes;
  }

  /** The file of test images in a folder. */
  public static Optional<Path> find(Path folder) {
    return IMAGES.stream().map(folder::resolve).filter(Files::isRegularFile).findFirst();
  }

  /**
   * Reads the test images of a folder.
   *
   * @throws DataSetRefusedException when a file is missing, damaged, or does not fit the other
   */
  public static IdxDataSet open(Path folder) {
    Path imageFile =
        find(folder)
            .orElseThrow(
                () ->
                    new DataSetRefusedException(
                        "expected IDX test images in one of the files %s, found none in %s"
                            .formatted(String.join(", ", IMAGES), folder)));
    return of(imageFile);
  }

  /** The file of training images in a folder. */
  public static Optional<Path> findTraining(Path folder) {
    return Stream.of(TRAINING_IMAGES, TRAINING_IMAGES.replace("-idx3", ".idx3"))
        .map(folder::resolve)
        .filter(Files::isRegularFile)
        .findFirst();
  }

  /**
   * Reads a file of images and the labels beside it.
   *
   * @throws DataSetRefusedException when a file is missing, damaged, or does not fit the other
   */
  public static IdxDataSet of(Path imageFile) {
    String name = imageFile.getFileName().toString();
    String labelName = name.replace("images", "labels").replaceFirst("[-.]idx3", "-idx1");
    Path labelFile =
        Stream.of(labelName, labelName.replace("-idx1", ".idx1"))
            .filter(each -> !each.equals(name))
            .map(imageFile::resolveSibling)
            .filter(Files::isRegularFile)
            .findFirst()
            .orElseThrow(
                () ->
                    new DataSetRefusedException(
                        "expected labels in "
                            + imageFile.resolveSibling(labelName)
                            + ", found no such file"));
    byte[] images = read(imageFile, IMAGES_MAGIC, IMAGES_HEADER);
    byte[] labels = read(labelFile, LABELS_MAGIC, LABELS_HEADER);
    ByteBuffer header = ByteBuffer.wrap(images);
    int count = header.getInt(4);
    int height = header.getInt(8);
    int width = header.getInt(12);
    boolean sane = count > 0 && height > 0 && width > 0 && (long) height * width <= BYTES_MAX;
    if (!sane || (long) count * height * width != images.length - IMAGES_HEADER) {
      throw new DataSetRefusedException(
          "expected %d images of %dx%d bytes after the header, found %d bytes in %s"
              .formatted(count, height, width, images.length - IMAGES_HEADER, imageFile));
    }
    int labelCount = ByteBuffer.wrap(labels).getInt(4);
    if (labelCount != count || labels.length - LABELS_HEADER != count) {
      throw new DataSetRefusedException(
          "expected %d labels, as many as images, found %d in a header and %d bytes in %s"
              .formatted(count, labelCount, labels.length - LABELS_HEADER, labelFile));
    }
    int max = 0;
    for (int i = LABELS_HEADER; i < labels.length; i++) {
      max = Math.max(max, labels[i] & 0xff);
    }
    return new IdxDataSet(images, labels, height, width, max + 1);
  }

  private static byte[] read(Path file, int magic, int header) {
    try {
      long size = Files.size(file);
      if (size > BYTES_MAX || size < header) {
        throw new DataSetRefusedException(
            "expected %d to %d bytes, found %d in %s".formatted(header, BYTES_MAX, size, file));
      }
      byte[] bytes = Files.readAllBytes(file);
      int found = ByteBuffer.wrap(bytes).getInt();
      if (found != magic) {
        throw new DataSetRefusedException(
            "expected an IDX file with the magic number %#x, found %#x in %s%s"
                .formatted(magic, found, file, found >>> 16 == 0x1f8b ? "; unpack it first" : ""));
      }
      return bytes;
    } catch (IOException e) {
      throw new DataSetRefusedException("expected to read " + file + ", found " + e, e);
    }
  }

  @Override
  public String name() {
    return "idx";
  }

  @Override
  public Sha256 digest() {
    MessageDigest digest = Sha256.digest();
    digest.update(images);
    digest.update(labels);
    return Sha256.of(digest);
  }

  @Override
  public int size() {
    return labels.length - LABELS_HEADER;
  }

  @Override
  public float[] image(int index) {
    int from = IMAGES_HEADER + Objects.checkIndex(index, size()) * height * width;
    float[] image = new float[height * width];
    for (int i = 0; i < image.length; i++) {
      image[i] = (images[from + i] & 0xff) / 255f;
    }
    return image;
  }

  @Override
  public int label(int index) {
    return labels[LABELS_HEADER + Objects.checkIndex(index, size())] & 0xff;
  }

  @Override
  public List<String> classNames() {
    return ClassNames.numbered(classes);
  }

  @Override
  public int[] inputShape() {
    return new int[] {1, height, width};
  }
}
