package dev.meander.replay.file;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;

/** The bytes of a plain file, unpacked where it is a gzip file. */
public final class FileBytes {

  private static final int BUFFER = 1 << 16;

  private FileBytes() {}

  /**
   * Checks that there is a plain file, directly or behind a link.
   *
   * @throws FileRefusedException when it is a folder, a pipe or a device, or nothing
   */
  public static void checkPlain(Path file) {
    if (Files.isRegularFile(file)) {
      return;
    }
    String found =
        Files.isDirectory(file)
            ? "a folder"
            : Files.exists(file) ? "a pipe, a socket or a device" : "nothing";
    throw new FileRefusedException("expected a file, found " + found + " at " + file);
  }

  /**
   * Opens a file.
   *
   * @return its bytes, or what is packed in it
   * @throws FileRefusedException when it is no plain file
   */
  static BufferedInputStream open(Path file) throws IOException {
    checkPlain(file);
    BufferedInputStream plain = new BufferedInputStream(Files.newInputStream(file), BUFFER);
    byte[] first = peek(plain, 2);
    boolean packed = first.length == 2 && (first[0] & 0xff) == 0x1f && (first[1] & 0xff) == 0x8b;
    return packed ? new BufferedInputStream(new GZIPInputStream(plain, BUFFER), BUFFER) : plain;
  }

  /**
   * The first bytes of a file as it lies there.
   *
   * @return at most {@link FileKind#FIRST_BYTES}
   * @throws FileRefusedException when it cannot be read
   */
  public static byte[] first(Path file) {
    checkPlain(file);
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes(FileKind.FIRST_BYTES);
    } catch (IOException e) {
      throw new FileRefusedException("expected to read " + file + ", found " + e, e);
    }
  }

  /** The next bytes, which stay to be read. */
  static byte[] peek(BufferedInputStream in, int count) throws IOException {
    in.mark(count);
    byte[] bytes = in.readNBytes(count);
    in.reset();
    return Arrays.copyOf(bytes, bytes.length);
  }
}
