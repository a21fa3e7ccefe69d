package dev.meander.core.learner;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.TreeMap;

/**
 * Named byte blocks of a state. Float arrays are cut so that no block exceeds {@link #BLOCK_FLOATS}
 * floats and no store record the broker's limit.
 *
 * <p>Thread-safety: none.
 */
public final class StateBlocks {

  /** Floats of one block: 256 KiB. */
  static final int BLOCK_FLOATS = 65_536;

  private final Map<String, byte[]> blocks;

  /** Of a snapshot. */
  public StateBlocks(Map<String, byte[]> blocks) {
    this.blocks = new TreeMap<>(blocks);
  }

  /** None yet. */
  public StateBlocks() {
    this(Map.of());
  }

  /** All blocks by name. */
  public Map<String, byte[]> blocks() {
    return blocks;
  }

  /** Adds one block. */
  public void put(String name, byte[] bytes) {
    blocks.put(name, bytes);
  }

  /** Writes {@code values} as {@code name/0}, {@code name/1}, ... */
  public void put(String name, float[] values) {
    for (int from = 0, part = 0; from < values.length; from += BLOCK_FLOATS, part++) {
      int count = Math.min(BLOCK_FLOATS, values.length - from);
      ByteBuffer bytes = ByteBuffer.allocate(4 * count).order(ByteOrder.LITTLE_ENDIAN);
      bytes.asFloatBuffer().put(values, from, count);
      blocks.put(name + "/" + part, bytes.array());
    }
  }

  /** Writes {@code values} as {@code name}. */
  public void put(String name, double[] values) {
    ByteBuffer bytes = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asDoubleBuffer().put(values);
    blocks.put(name, bytes.array());
  }

  /**
   * The block {@code name}.
   *
   * @throws IllegalArgumentException when there is none
   */
  public byte[] get(String name) {
    byte[] bytes = blocks.get(name);
    if (bytes == null) {
      throw new IllegalArgumentException("expected state block " + name + ", found none");
    }
    return bytes;
  }

  /** The block {@code name}, which must have {@code size} bytes. */
  public byte[] get(String name, int size) {
    byte[] bytes = get(name);
    if (bytes.length != size) {
      throw new IllegalArgumentException(
          "expected " + size + " bytes in state block " + name + ", found " + bytes.length);
    }
    return bytes;
  }

  /** Fills {@code into} from the parts of {@code name}. */
  public void read(String name, float[] into) {
    for (int from = 0, part = 0; from < into.length; from += BLOCK_FLOATS, part++) {
      int count = Math.min(BLOCK_FLOATS, into.length - from);
      byte[] bytes = get(name + "/" + part, 4 * count);
      ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(into, from, count);
    }
  }

  /** Fills {@code into} from {@code name}. */
  public void read(String name, double[] into) {
    byte[] bytes = get(name, 8 * into.length);
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asDoubleBuffer().get(into);
  }
}
