package dev.meander.replay.data;

import dev.meander.core.weights.Sha256;
import dev.meander.replay.file.FileBytes;
import dev.meander.replay.file.FileKind;
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
 * An array of numbers in NumPy's file format (versions 1 to 3), in either order of bytes and of
 * dimensions. The file stays where it is and is mapped into memory.
 *
 * <p>Thread-safety: safe; reads are by position.
 */
final class NpyFile {

  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final int HEADER_MAX = 64 * 1024;
  private static final Pattern TYPE = Pattern.compile("['\"]descr['\"]:\\s*['\"]([^'\"]*)['\"]");
  private static final Pattern ORDER = Pattern.compile("['\"]fortran_order['\"]:\\s*(True|False)");
  private static final Pattern SHAPE = Pattern.compile("['\"]shape['\"]:\\s*\\(([0-9L, ]*)\\)");

  private static final Pattern NUMBERS = Pattern.compile("[|<>=]?([uif])([1248])");

  private final Path file;
  private final ByteBuffer content;
  private final String type;
  private final char kind;
  private final int itemBytes;
  private final boolean fortran;
  private final int[] shape;

  private NpyFile(Path file, ByteBuffer content, String type, boolean fortran, int[] shape) {
    Matcher numbers = numbers(type, file);
    this.file = file;
    this.type = type;
    this.kind = numbers.group(1).charAt(0);
    this.itemBytes = numbers.group(2).charAt(0) - '0';
    this.content =
        content.order(type.startsWith(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    this.fortran = fortran;
    this.shape = shape;
  }

  private static Matcher numbers(String type, Path file) {
    Matcher matcher = NUMBERS.matcher(type);
    if (!matcher.matches() || (type.endsWith("f1") || type.endsWith("f2"))) {
      String words =
          type.contains("O")
              ? "; these are Python objects"
              : type.matches(".?[USa].*") ? "; these are texts" : "";
      throw new DataSetRefusedException(
          "expected numbers of a type such as |u1, <i8 or <f4, found %s in %s%s"
              .formatted(type, file, words));
    }
    return matcher;
  }

  /**
   * Opens a file.
   *
   * @throws DataSetRefusedException when it is no such array, cut off, or larger than 2 GiB
   */
  static NpyFile open(Path file) {
    ByteBuffer all;
    FileBytes.checkPlain(file);
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
      throw new DataSetRefusedException(
          "expected a NumPy file, found another format in "
              + file
              + FileKind.hint(FileBytes.first(file)));
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
    Matcher numbers = numbers(type, file);
    boolean fortran = value(ORDER, header, "fortran_order", file).equals("True");
    int[] shape =
        Arrays.stream(value(SHAPE, header, "shape", file).split(","))
            .map(size -> size.replace("L", "").strip())
            .filter(size -> !size.isEmpty())
            .mapToInt(size -> Integer.parseInt(size.substring(0, Math.min(9, size.length()))))
            .toArray();
    double expected = numbers.group(2).charAt(0) - '0';
    for (int size : shape) {
      expected *= size;
    }
    if (expected != all.remaining()) {
      throw new DataSetRefusedException(
          "expected %.0f bytes for an array of shape %s, found %d in %s"
              .formatted(expected, Arrays.toString(shape), all.remaining(), file));
    }
    return new NpyFile(file, all.slice(), type, fortran, shape);
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

  /** True when a number is one byte without a sign. */
  boolean isBytes() {
    return kind == 'u' && itemBytes == 1;
  }

  /** NumPy's name of the type, such as {@code <f4}. */
  String type() {
    return type;
  }

  /**
   * The whole number at a position in C order.
   *
   * @throws DataSetRefusedException when it is none
   */
  long at(int index) {
    int place = place(index) * itemBytes;
    if (kind == 'f') {
      double value = itemBytes == 4 ? content.getFloat(place) : content.getDouble(place);
      if (value != Math.rint(value) || Math.abs(value) > Integer.MAX_VALUE) {
        throw new DataSetRefusedException(
            "expected whole numbers, found %s in row %d of %s".formatted(value, index, file));
      }
      return (long) value;
    }
    return switch (itemBytes) {
      case 1 -> kind == 'u' ? content.get(place) & 0xff : content.get(place);
      case 2 -> kind == 'u' ? content.getShort(place) & 0xffff : content.getShort(place);
      case 4 -> kind == 'u' ? content.getInt(place) & 0xffffffffL : content.getInt(place);
      default -> content.getLong(place);
    };
  }

  /** Where the number at a position in C order lies. */
  private int place(int index) {
    if (!fortran) {
      return index;
    }
    int left = index;
    int place = 0;
    int stride = content.capacity() / itemBytes;
    for (int i = shape.length - 1; i >= 0; i--) {
      stride /= shape[i];
      place += left % shape[i] * stride;
      left /= shape[i];
    }
    return place;
  }

  /** Bytes from a position in C order on; only for arrays of bytes. */
  void read(int from, byte[] into) {
    if (!fortran) {
      content.get(from, into);
      return;
    }
    for (int i = 0; i < into.length; i++) {
      into[i] = content.get(place(from + i));
    }
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
