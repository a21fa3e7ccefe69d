package dev.meander.core.weights;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/** A SHA-256 digest: 32 bytes, compared by value. Thread-safety: immutable. */
public final class Sha256 {

  /** Length of a digest in bytes. */
  public static final int BYTES = 32;

  private static final int CHUNK_FLOATS = 2048;

  private final byte[] bytes;

  private Sha256(byte[] bytes) {
    this.bytes = bytes;
  }

  /** A fresh digest to feed. */
  public static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** Finishes {@code digest}. */
  public static Sha256 of(MessageDigest digest) {
    return new Sha256(digest.digest());
  }

  /** Digest of {@code content}. */
  public static Sha256 of(byte[] content) {
    return new Sha256(digest().digest(content));
  }

  /**
   * Wraps an existing digest; the array is copied.
   *
   * @throws IllegalArgumentException when it has not 32 bytes
   */
  public static Sha256 wrap(byte[] digest) {
    if (digest.length != BYTES) {
      throw new IllegalArgumentException(
          "expected a digest of " + BYTES + " bytes, found " + digest.length);
    }
    return new Sha256(digest.clone());
  }

  /** Feeds floats as little-endian bit patterns. */
  public static void update(MessageDigest digest, float[] values) {
    ByteBuffer chunk = ByteBuffer.allocate(4 * Math.min(CHUNK_FLOATS, Math.max(1, values.length)));
    chunk.order(ByteOrder.LITTLE_ENDIAN);
    for (int from = 0; from < values.length; from += CHUNK_FLOATS) {
      int count = Math.min(CHUNK_FLOATS, values.length - from);
      chunk.clear();
      chunk.asFloatBuffer().put(values, from, count);
      digest.update(chunk.array(), 0, 4 * count);
    }
  }

  /** A copy of the 32 bytes. */
  public byte[] bytes() {
    return bytes.clone();
  }

  /** The first 12 hexadecimal digits, for people. */
  public String shortHex() {
    return hex().substring(0, 12);
  }

  /** All 64 hexadecimal digits. */
  public String hex() {
    return HexFormat.of().formatHex(bytes);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Sha256 s && Arrays.equals(bytes, s.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return shortHex();
  }
}
