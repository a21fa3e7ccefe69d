package dev.meander.app;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/** The characters of a text file: UTF-8, or what the marks that editors put first say. */
final class PropertyText {

  private PropertyText() {}

  /** Bytes that are no text of the encoding they should have. */
  static final class NoTextException extends CharacterCodingException {

    private static final long serialVersionUID = 1L;

    private final String problem;

    NoTextException(String problem) {
      this.problem = problem;
    }

    @Override
    public String getMessage() {
      return problem;
    }
  }

  /**
   * The text without its mark.
   *
   * @throws CharacterCodingException with what was expected, what was found and in which line
   */
  static String decode(byte[] bytes) throws CharacterCodingException {
    if (startsWith(bytes, 0xff, 0xfe, 0, 0) || startsWith(bytes, 0, 0, 0xfe, 0xff)) {
      throw new NoTextException("expected text in UTF-8, found UTF-32: save the file as UTF-8");
    }
    if (startsWith(bytes, 0xff, 0xfe)) {
      return decode(bytes, 2, StandardCharsets.UTF_16LE);
    }
    if (startsWith(bytes, 0xfe, 0xff)) {
      return decode(bytes, 2, StandardCharsets.UTF_16BE);
    }
    String text =
        decode(bytes, startsWith(bytes, 0xef, 0xbb, 0xbf) ? 3 : 0, StandardCharsets.UTF_8);
    int zero = text.indexOf('\0');
    if (zero >= 0) {
      throw new NoTextException(
          "line "
              + line(text.substring(0, zero))
              + ": expected text in UTF-8, found the byte 00, as in UTF-16: save the file as"
              + " UTF-8");
    }
    return text;
  }

  private static boolean startsWith(byte[] bytes, int... mark) {
    return bytes.length >= mark.length
        && Arrays.equals(bytes, 0, mark.length, signed(mark), 0, mark.length);
  }

  private static byte[] signed(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }

  private static String decode(byte[] bytes, int from, Charset charset)
      throws CharacterCodingException {
    CharsetDecoder decoder =
        charset
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    ByteBuffer in = ByteBuffer.wrap(bytes, from, bytes.length - from);
    CharBuffer out = CharBuffer.allocate(bytes.length - from + 1);
    CoderResult result = decoder.decode(in, out, true);
    String text = out.flip().toString();
    if (result.isError()) {
      throw new NoTextException(
          String.format(
              Locale.ROOT,
              "line %d: expected text in %s, found the byte %02x%s",
              line(text),
              charset.name().substring(0, charset.name().startsWith("UTF-16") ? 6 : 5),
              bytes[in.position()] & 0xff,
              charset.equals(StandardCharsets.UTF_8) ? ": save the file as UTF-8" : ""));
    }
    return text;
  }

  /** Number of the line that goes on where {@code text} ends. */
  private static long line(String text) {
    return 1 + text.replace("\r\n", "\n").chars().filter(c -> c == '\n' || c == '\r').count();
  }
}
