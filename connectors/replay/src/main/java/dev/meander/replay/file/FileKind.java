package dev.meander.replay.file;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What a file is by its first bytes, for people who give another one than is expected. */
public enum FileKind {
  GZIP("a gzip file; unpack it first", bytes(0x1f, 0x8b)),
  ZIP(
      "a ZIP file (also an Excel workbook, .npz or .pt); unpack it, or save it as CSV",
      text("PK\3\4")),
  OLD_EXCEL("an old Excel workbook; save it as CSV", bytes(0xd0, 0xcf, 0x11, 0xe0)),
  NUMPY("a NumPy array", bytes(0x93, 'N', 'U', 'M', 'P', 'Y')),
  PICKLE(
      "a Python pickle; of CIFAR take the binary version, of arrays write .npy",
      bytes(0x80, 2),
      bytes(0x80, 3),
      bytes(0x80, 4),
      bytes(0x80, 5)),
  PARQUET("a Parquet file; save it as CSV", text("PAR1")),
  ARROW("an Arrow or Feather file; save it as CSV", text("ARROW1"), text("FEA1")),
  HDF5("an HDF5 file; save it as CSV or .npy", bytes(0x89, 'H', 'D', 'F')),
  R_DATA("an R data file; save it with write.csv", text("RDX2"), text("RDX3")),
  SQLITE("an SQLite database; save a table as CSV", text("SQLite format 3")),
  BZIP2("a bzip2 file; unpack it first", text("BZh")),
  XZ("an xz file; unpack it first", bytes(0xfd, '7', 'z', 'X', 'Z')),
  ZSTANDARD("a Zstandard file; unpack it first", bytes(0x28, 0xb5, 0x2f, 0xfd)),
  SEVEN_ZIP("a 7z file; unpack it first", bytes('7', 'z', 0xbc, 0xaf)),
  PICTURE(
      "a picture; images are read as CIFAR, IDX or .npy",
      bytes(0x89, 'P', 'N', 'G'),
      bytes(0xff, 0xd8, 0xff),
      text("GIF8")),
  PDF("a PDF file", text("%PDF")),
  LFS(
      "a Git LFS pointer and not the file; fetch it with git lfs pull",
      text("version https://git-lfs")),
  PAGE("a web page, perhaps the answer of a failed download", text("<!doctype"), text("<html")),
  XML("an XML file", text("<?xml"));

  /** Bytes that tell every kind, a tar file among them. */
  public static final int FIRST_BYTES = 512;

  private static final int TAR_MAGIC_AT = 257;
  private static final byte[] TAR_MAGIC = text("ustar");

  private final String words;

  // never written
  @SuppressWarnings("ImmutableEnumChecker")
  private final byte[][] starts;

  FileKind(String words, byte[]... starts) {
    this.words = words;
    this.starts = starts;
  }

  /**
   * In words, such as {@code a Python pickle; ...}; empty when nothing tells.
   *
   * @param first the first bytes of a file, best {@link #FIRST_BYTES}
   */
  public static Optional<String> of(byte[] first) {
    if (first.length >= TAR_MAGIC_AT + TAR_MAGIC.length
        && Arrays.equals(
            TAR_MAGIC, Arrays.copyOfRange(first, TAR_MAGIC_AT, TAR_MAGIC_AT + TAR_MAGIC.length))) {
      return Optional.of("a tar file; unpack it first");
    }
    byte[] lower =
        new String(first, 0, Math.min(first.length, 64), StandardCharsets.ISO_8859_1)
            .toLowerCase(Locale.ROOT)
            .getBytes(StandardCharsets.ISO_8859_1);
    return Arrays.stream(values())
        .filter(kind -> kind.fits(kind == PAGE ? lower : first))
        .map(kind -> kind.words)
        .findFirst();
  }

  /** {@code ; it is WORDS}, or nothing. */
  public static String hint(byte[] first) {
    return of(first).map(words -> "; it is " + words).orElse("");
  }

  private boolean fits(byte[] first) {
    return Arrays.stream(starts)
        .anyMatch(
            start ->
                first.length >= start.length
                    && Arrays.equals(start, Arrays.copyOf(first, start.length)));
  }

  private static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
