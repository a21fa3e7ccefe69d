package dev.meander.replay.file;

import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * A text file in UTF-8 with or without a byte order mark, or in UTF-16 with one, also packed by
 * gzip.
 */
public final class TextFile {

  private static final int BUFFER = 1 << 16;
  private static final int LINE_MAX = 1 << 20;

  private TextFile() {}

  /**
   * Opens a file at its first character, behind a byte order mark.
   *
   * @throws FileRefusedException when its first bytes say that it is no such text
   * @throws IOException when it cannot be read; reading bytes that are no text throws {@link
   *     CharacterCodingException}
   */
  static BufferedReader open(Path file) throws IOException {
    BufferedInputStream in = FileBytes.open(file);
    try {
      return reader(in, file);
    } catch (IOException | RuntimeException e) {
      in.close();
      throw e;
    }
  }

  private static BufferedReader reader(BufferedInputStream in, Path file) throws IOException {
    byte[] first = FileBytes.peek(in, FileKind.FIRST_BYTES);
    if (startsWith(first, 0xff, 0xfe, 0, 0) || startsWith(first, 0, 0, 0xfe, 0xff)) {
      throw new FileRefusedException("expected text in UTF-8, found UTF-32 in " + file);
    }
    Charset charset = StandardCharsets.UTF_8;
    int mark = 0;
    if (startsWith(first, 0xef, 0xbb, 0xbf)) {
      mark = 3;
    } else if (startsWith(first, 0xff, 0xfe) || startsWith(first, 0xfe, 0xff)) {
      charset = (first[0] & 0xff) == 0xff ? StandardCharsets.UTF_16LE : StandardCharsets.UTF_16BE;
      mark = 2;
    } else {
      FileKind.of(first)
          .ifPresent(
              kind -> {
                throw new FileRefusedException("expected text, found " + kind + ": " + file);
              });
      checkNoZero(first, file);
    }
    in.skipNBytes(mark);
    return new BufferedReader(new InputStreamReader(in, charset.newDecoder()), BUFFER);
  }

  private static void checkNoZero(byte[] first, Path file) {
    for (int i = 0; i < first.length; i++) {
      if (first[i] == 0) {
        throw new FileRefusedException(
            "expected text in UTF-8, found a zero byte (byte %d) in %s; UTF-16 needs a byte order mark"
                .formatted(i, file));
      }
    }
  }

  private static boolean startsWith(byte[] bytes, int... start) {
    if (bytes.length < start.length) {
      return false;
    }
    for (int i = 0; i < start.length; i++) {
      if ((bytes[i] & 0xff) != start[i]) {
        return false;
      }
    }
    return true;
  }

  /** What to say of a file that turned out not to be text: where its first such byte is. */
  static FileRefusedException notText(Path file, CharacterCodingException cause) {
    try (BufferedInputStream in = FileBytes.open(file)) {
      ByteArrayOutputStream line = new ByteArrayOutputStream();
      int number = 1;
      for (int read = in.read(); read >= 0 && line.size() < LINE_MAX; read = in.read()) {
        line.write(read);
        if (read == '\n') {
          if (!isText(line.toByteArray())) {
            break;
          }
          line.reset();
          number++;
        }
      }
      return new FileRefusedException(
          "expected text in UTF-8, found other bytes in line %d of %s; save it as UTF-8 (it may be Latin-1 or Windows-1252)"
              .formatted(number, file),
          cause);
    } catch (IOException e) {
      return new FileRefusedException("expected text in UTF-8, found other bytes in " + file, e);
    }
  }

  private static boolean isText(byte[] bytes) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }
}
