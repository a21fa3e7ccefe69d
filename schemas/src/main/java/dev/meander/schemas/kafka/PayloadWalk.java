package dev.meander.schemas.kafka;

import java.util.List;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Walks an Avro payload without building anything, so that corrupt lengths are found before they
 * become allocations, and bytes left over are found at all.
 *
 * <p>Thread-safety: one walk per instance.
 */
final class PayloadWalk {

  /** Items one payload may hold where an item may take no byte. */
  static final int ITEMS_MAX = 16 * 1024 * 1024;

  /** Nesting of records, unions and collections. */
  static final int DEPTH_MAX = 64;

  private final byte[] bytes;
  private int at;
  private long items;
  private @Nullable String problem;

  private PayloadWalk(byte[] bytes, int from) {
    this.bytes = bytes;
    this.at = from;
  }

  /**
   * What is wrong with the payload from byte {@code from} on.
   *
   * @return null when it is exactly one datum of {@code schema}
   */
  static @Nullable String problem(Schema schema, byte[] bytes, int from) {
    PayloadWalk walk = new PayloadWalk(bytes, from);
    walk.datum(schema, 0);
    if (walk.problem == null && walk.at != bytes.length) {
      return (bytes.length - walk.at) + " bytes left over after the record";
    }
    return walk.problem;
  }

  private void datum(Schema schema, int depth) {
    if (depth > DEPTH_MAX) {
      fail("nesting deeper than " + DEPTH_MAX);
      return;
    }
    switch (schema.getType()) {
      case RECORD -> record(schema, depth);
      case ARRAY -> collection(schema.getElementType(), false, depth);
      case MAP -> collection(schema.getValueType(), true, depth);
      case UNION -> union(schema.getTypes(), depth);
      case ENUM -> index("enum symbol", schema.getEnumSymbols().size());
      case BYTES, STRING -> skip(varint());
      case FIXED -> skip(schema.getFixedSize());
      case INT -> integer();
      case LONG -> varint();
      case FLOAT -> skip(Float.BYTES);
      case DOUBLE -> skip(Double.BYTES);
      case BOOLEAN -> skip(1);
      case NULL -> {}
    }
  }

  private void record(Schema schema, int depth) {
    for (Schema.Field field : schema.getFields()) {
      datum(field.schema(), depth + 1);
      if (problem != null) {
        return;
      }
    }
  }

  private void union(List<Schema> branches, int depth) {
    int branch = index("union branch", branches.size());
    if (problem == null) {
      datum(branches.get(branch), depth + 1);
    }
  }

  private void collection(Schema element, boolean keyed, int depth) {
    long count = blockCount();
    while (problem == null && count != 0) {
      items += count;
      if (items > ITEMS_MAX || items < 0) {
        fail("more than " + ITEMS_MAX + " items");
      }
      for (long i = 0; i < count && problem == null; i++) {
        if (keyed) {
          skip(varint());
        }
        datum(element, depth + 1);
      }
      count = problem == null ? blockCount() : 0;
    }
  }

  /** A negative count is followed by the block's size in bytes, which a walk does not need. */
  private long blockCount() {
    long count = varint();
    if (count >= 0) {
      return count;
    }
    varint();
    if (count == Long.MIN_VALUE) {
      fail("a block of " + count + " items");
      return 0;
    }
    return -count;
  }

  private void integer() {
    long value = varint();
    if (value != (int) value) {
      fail("an int of " + value);
    }
  }

  private int index(String what, int size) {
    long value = varint();
    if (problem == null && (value < 0 || value >= size)) {
      fail(what + " " + value + " of " + size);
    }
    return problem == null ? (int) value : 0;
  }

  private void skip(long length) {
    if (problem != null) {
      return;
    }
    if (length < 0 || length > bytes.length - at) {
      fail("a length of " + length + " with " + (bytes.length - at) + " bytes left");
      return;
    }
    at += (int) length;
  }

  private long varint() {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      if (at >= bytes.length) {
        fail("the end of the bytes inside a number");
        return 0;
      }
      byte next = bytes[at++];
      value |= (next & 0x7fL) << shift;
      if (next >= 0) {
        return value >>> 1 ^ -(value & 1);
      }
    }
    fail("a number of more than 10 bytes");
    return 0;
  }

  private void fail(String found) {
    if (problem == null) {
      problem = found;
    }
  }
}
