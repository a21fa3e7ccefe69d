package dev.meander.core.objects;

import dev.meander.core.weights.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.function.Consumer;

/**
 * Keeps payloads by the digest of their bytes. An object never changes: what is put twice is there
 * once, and counts as put when it was put last, so that a transaction which is aborted and made
 * again has an object of its own age.
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

  /**
   * Shows every object, in no order. What is put or removed meanwhile may be shown or not.
   *
   * @throws IOException when the store cannot be read
   */
  void forEach(Consumer<Stored> action) throws IOException;

  /**
   * Removes an object unless it was put at {@code since} or later, even while this runs.
   *
   * @param name of an object that {@link #forEach} showed
   * @return true when it is gone by this call, false when it stays or was gone before
   * @throws IOException when it may still be there; trying again may help
   */
  boolean remove(String name, Instant since) throws IOException;

  /**
   * Removes what puts that never ended have left, where it is older than {@code before}.
   *
   * @return how many there were
   * @throws IOException when the store cannot be read or written
   */
  int removeUnfinished(Instant before) throws IOException;

  /**
   * An object that is there.
   *
   * @param name as {@link #put} gave it
   * @param bytes its length
   * @param putAt when it was put last
   */
  record Stored(String name, long bytes, Instant putAt) {}

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
