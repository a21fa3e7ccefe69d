package dev.meander.replay.data;

import dev.meander.core.weights.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An array of whole numbers in NumPy's file format (versions 1 to 3), in C order. The file stays
 * where it is and is mapped into memory.
 *
 * <p>Thread-safety: safe; reads are by position.
 */
final class NpyFile {

  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final int HEADER_MAX = 64 * 1024;
  private static final Pattern TYPE = Pattern.compile("'descr':\\s*'([^']*)'");
  private static final Pattern ORDER = Pattern.compile("'fortran_order':\\s*(True|False)");
  private static final Pattern SHAPE = Pattern.compile("'shape':\\s*\\(([0-9, ]*)\\)");

  private final ByteBuffer content;
  private final int itemBytes;
  private final int[] shape;

  private NpyFile(ByteBuffer content, int itemBytes, int[] shape) {
    this.content = content;
    this.itemBytes = itemBytes;
    this.shape = shape;
  }

  /**
   * Opens a file.
   *
   * @throws DataSetRefusedException when it is no such array, cut off, or larger than 2 GiB
   */
  static NpyFile open(Path file) {
    ByteBuffer all;
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      if (channel.size() > Integer.MAX_VALUE) {
        throw new DataSetRefusedException(
            "expected at most %d bytes, found %d in %s"
                .formatted(Integer.MAX_VALUE, channel.size(), file));
      }
      all = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
    } catch (IOException e) {
      throw new DataSetRefusedException("expected to read " + file + ", found " + e, e);
    }
    all.order(ByteOrder.LITTLE_ENDIAN);
    byte[] magic = new byte[Math.min(MAGIC.length, all.remaining())];
    all.get(magic);
    if (!Arrays.equals(magic, MAGIC) || all.remaining() < 6) {
      throw new DataSetRefusedException("expected a NumPy file, found another format in " + file);
    }
    return parse(all, file);
  }

  private static NpyFile parse(ByteBuffer all, Path file) {
    int version = all.get();
    all.get();
    int length = version == 1 ? all.getShort() & 0xffff : all.getInt();
    if (length < 0 || length > Math.min(HEADER_MAX, all.remaining())) {
      throw new DataSetRefusedException(
          "expected a NumPy header within the file, found a length of %d in %s"
              .formatted(length, file));
    }
    byte[] bytes = new byte[length];
    all.get(bytes);
    String header = new String(bytes, StandardCharsets.ISO_8859_1);
    String type = value(TYPE, header, "descr", file);
    int itemBytes =
        switch (type) {
          case "|u1", "|i1", "<u1" -> 1;
          case "<i4", "<u4" -> 4;
          case "<i8", "<u8" -> 8;
          default ->
              throw new DataSetRefusedException(
                  "expected whole numbers of type |u1, <i4 or <i8, found %s in %s"
                      .formatted(type, file));
        };
    if (value(ORDER, header, "fortran_order", file).equals("True")) {
      throw new DataSetRefusedException("expected C order, found Fortran order in " + file);
    }
    int[] shape =
        Arrays.stream(value(SHAPE, header, "shape", file).split(","))
            .map(String::strip)
            .filter(size -> !size.isEmpty())
            .mapToInt(size -> Integer.parseInt(size.substring(0, Math.min(9, size.length()))))
            .toArray();
    double expected = itemBytes;
    for (int size : shape) {
      expected *= size;
    }
    if (expected != all.remaining()) {
      throw new DataSetRefusedException(
          "expected %.0f bytes for an array of shape %s, found %d in %s"
              .formatted(expected, Arrays.toString(shape), all.remaining(), file));
    }
    ByteBuffer content = all.slice().order(ByteOrder.LITTLE_ENDIAN);
    return new NpyFile(content, itemBytes, shape);
  }

  private static String value(Pattern pattern, String header, String key, Path file) {
    Matcher matcher = pattern.matcher(header);
    if (!matcher.find()) {
      throw new DataSetRefusedException(
          "expected a NumPy header with %s, found %s in %s".formatted(key, header.strip(), file));
    }
    return matcher.group(1);
  }

  /** Sizes of the array. */
  int[] shape() {
    return shape.clone();
  }

  /** True when a number is one byte. */
  boolean isBytes() {
    return itemBytes == 1;
  }

  /** The number at a position in C order, with bytes from 0 to 255. */
  long at(int index) {
    return switch (itemBytes) {
      case 1 -> content.get(index) & 0xff;
      case 4 -> content.getInt(4 * index);
      default -> content.getLong(8 * index);
    };
  }

  /** Bytes from a position on; only for arrays of bytes. */
  void read(int from, byte[] into) {
    content.get(from, into);
  }

  /** Feeds the numbers into a digest. */
  void update(MessageDigest digest) {
    digest.update(content.duplicate().rewind());
  }

  Sha256 digest() {
    MessageDigest digest = Sha256.digest();
    update(digest);
    return Sha256.of(digest);
  }
}
