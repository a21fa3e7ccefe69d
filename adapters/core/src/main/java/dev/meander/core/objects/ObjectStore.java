package dev.meander.core.objects;

import dev.meander.core.weights.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Keeps payloads by the digest of their bytes. An object never changes: what is put twice is there
 * once, so a transaction that is aborted and made again finds its object already there.
 *
 * <p>Thread-safety: safe, also between processes.
 */
public interface ObjectStore {

  /**
   * Stores {@code content}; durable when it returns.
   *
   * @param content from its position to its limit; both are left alone
   * @return the object's name
   * @throws IOException when it could not be stored; trying again may help
   */
  String put(ByteBuffer content) throws IOException;

  /**
   * Reads an object and compares its digest. Total: every name gives bytes or a reason.
   *
   * @param name what {@link #put} gave, or anything
   * @param bytesMax longest object that is read
   */
  Reading get(String name, int bytesMax);

  /** The name of the object with this digest, in every store. */
  static String name(Sha256 digest) {
    return "sha256-" + digest.hex();
  }

  /** What reading gave. */
  sealed interface Reading {

    /** The object, its digest verified. */
    record Found(byte[] bytes) implements Reading {}

    /**
     * It is not there, or could not be read: that may pass.
     *
     * @param message expected and found
     */
    record Unavailable(String message) implements Reading {}

    /**
     * It is not an object's name, too long, or damaged: that does not pass.
     *
     * @param reason which of them
     * @param message expected and found
     */
    record Refused(Reason reason, String message) implements Reading {}
  }

  /** Why an object is not taken. */
  enum Reason {
    /** Not the name of an object. */
    MALFORMED,
    /** Longer than whoever reads it allows. */
    TOO_LARGE,
    /** Other bytes than its name says. */
    CORRUPT
  }
}
