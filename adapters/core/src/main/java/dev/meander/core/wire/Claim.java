package dev.meander.core.wire;

import dev.meander.core.objects.ObjectStore;
import dev.meander.schemas.record.AdapterRecord;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A version whose payload lies in an object store: its record names the object, whose name is the
 * digest of its bytes.
 */
public final class Claim {

  private Claim() {}

  /**
   * {@code whole} without its payload.
   *
   * @param object what the store gave when the payload was put
   */
  public static AdapterRecord of(AdapterRecord whole, String object) {
    ByteBuffer payload = whole.getPayload();
    AdapterRecord claim = Chunks.with(whole, null, 0);
    claim.put("payloadBytes", payload == null ? 0L : (long) payload.remaining());
    claim.put("payloadObject", object);
    return claim;
  }

  /** What fetching the payload of a claim gave. */
  public sealed interface Fetched {

    /** The version's record with its whole payload. */
    record Whole(AdapterRecord record) implements Fetched {}

    /** The object is not there or cannot be read: ask again. */
    record Unavailable(String message) implements Fetched {}

    /** Asking again does not help. */
    record Refused(AdapterRefusal reason, String message) implements Fetched {}
  }

  /** True when the payload of {@code record} lies in an object store. */
  public static boolean isClaim(AdapterRecord record) {
    return record.getPayloadObject() != null;
  }

  /**
   * {@code claim} with its payload.
   *
   * @param objects where payloads lie; null when this node was told of no store
   * @param payloadBytesMax longest payload that is read
   */
  public static Fetched fetch(
      AdapterRecord claim, @Nullable ObjectStore objects, int payloadBytesMax) {
    String object = String.valueOf(claim.getPayloadObject());
    if (objects == null) {
      return new Fetched.Unavailable("expected object " + object + ", found no object store");
    }
    ObjectStore.Reading reading = objects.get(object, payloadBytesMax);
    if (reading instanceof ObjectStore.Reading.Unavailable unavailable) {
      return new Fetched.Unavailable(unavailable.message());
    }
    if (reading instanceof ObjectStore.Reading.Refused refused) {
      return new Fetched.Refused(reason(refused.reason()), refused.message());
    }
    byte[] bytes = ((ObjectStore.Reading.Found) reading).bytes();
    return bytes.length == claim.getPayloadBytes()
        ? new Fetched.Whole(Chunks.with(claim, ByteBuffer.wrap(bytes), 0))
        : new Fetched.Refused(
            AdapterRefusal.TRUNCATED,
            "expected object "
                + object
                + " to have "
                + claim.getPayloadBytes()
                + " bytes, found "
                + bytes.length);
  }

  private static AdapterRefusal reason(ObjectStore.Reason reason) {
    return switch (reason) {
      case MALFORMED -> AdapterRefusal.MALFORMED;
      case TOO_LARGE -> AdapterRefusal.TOO_LARGE;
      case CORRUPT -> AdapterRefusal.CORRUPT;
    };
  }
}
