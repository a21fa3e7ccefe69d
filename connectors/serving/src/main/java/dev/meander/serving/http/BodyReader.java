package dev.meander.serving.http;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/**
 * Reads the body of a request to its end, decompressed where it says that it is compressed. The
 * limit counts what comes out, so that a small body cannot become a large one.
 *
 * <p>Thread-safety: immutable.
 */
final class BodyReader {

  /** The value of {@code Accept-Encoding} in an answer with status 415. */
  static final String ACCEPTED = "gzip, identity";

  /** How often the limit is read and thrown away, so that a client sees its error. */
  private static final int DISCARD_TIMES = 4;

  private static final int BUFFER_BYTES = 8192;

  private final int bytesMax;

  /**
   * @param bytesMax largest body, decompressed
   */
  BodyReader(int bytesMax) {
    this.bytesMax = bytesMax;
  }

  /**
   * Reads {@code stream}.
   *
   * @param encoding the header Content-Encoding; null when there is none
   */
  byte[] read(InputStream stream, @Nullable String encoding)
      throws IOException, RequestRefusedException {
    return isGzip(encoding) ? decompressed(stream) : plain(stream);
  }

  /** True for one gzip; an identity changes nothing, wherever it stands in the list. */
  private static boolean isGzip(@Nullable String encoding) throws RequestRefusedException {
    boolean gzip = false;
    for (String part : encoding == null ? new String[0] : encoding.split(",")) {
      String name = part.strip().toLowerCase(Locale.ROOT);
      boolean compressed = name.equals("gzip") || name.equals("x-gzip");
      if (compressed && gzip || !compressed && !name.isEmpty() && !name.equals("identity")) {
        throw new RequestRefusedException(
            RequestProblem.UNKNOWN_ENCODING,
            "expected Content-Encoding gzip, identity or none, found " + Found.text(encoding));
      }
      gzip |= compressed;
    }
    return gzip;
  }

  private byte[] plain(InputStream stream) throws IOException, RequestRefusedException {
    byte[] body = stream.readNBytes(bytesMax);
    if (body.length == bytesMax && stream.read() >= 0) {
      throw tooLarge(stream, "found more");
    }
    return body;
  }

  /** Compressed bytes lie in memory whole, so that what follows the last member is seen. */
  private byte[] decompressed(InputStream stream) throws IOException, RequestRefusedException {
    byte[] compressed = plain(stream);
    try (Members members = new Members(compressed)) {
      byte[] body = members.readNBytes(bytesMax);
      if (body.length == bytesMax && members.read() >= 0) {
        throw tooLarge(stream, "found more after decompression");
      }
      if (members.left() != Members.TRAILER_BYTES) {
        throw notGzip("bytes after its end");
      }
      return body;
    } catch (EOFException e) {
      throw notGzip("one that was cut off");
    } catch (ZipException e) {
      throw notGzip("one that is not, or is damaged");
    }
  }

  /** The members of a gzip file, one after the other. */
  private static final class Members extends GZIPInputStream {

    static final int TRAILER_BYTES = 8;

    Members(byte[] compressed) throws IOException {
      super(new ByteArrayInputStream(compressed), Math.max(1, compressed.length));
    }

    /** Bytes from the last trailer on, once everything was read. */
    int left() {
      return inf.getRemaining();
    }
  }

  private RequestRefusedException tooLarge(InputStream stream, String found) throws IOException {
    discard(stream);
    return new RequestRefusedException(
        RequestProblem.BODY_TOO_LARGE,
        "expected a body of at most " + bytesMax + " bytes, " + found);
  }

  private static RequestRefusedException notGzip(String found) {
    return new RequestRefusedException(
        RequestProblem.MALFORMED_ENCODING,
        "expected a body compressed with gzip as Content-Encoding says, found " + found);
  }

  /** A client that still sends when the connection closes sees a broken pipe and not its error. */
  private void discard(InputStream stream) throws IOException {
    byte[] scratch = new byte[BUFFER_BYTES];
    long left = (long) DISCARD_TIMES * bytesMax;
    for (int read = 0; read >= 0 && left > 0; left -= read) {
      read = stream.read(scratch);
    }
  }
}
