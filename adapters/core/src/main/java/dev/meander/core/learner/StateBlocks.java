package dev.meander.core.learner;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/**
 * Named byte blocks of a state. Float arrays are cut so that no block exceeds {@link #BLOCK_FLOATS}
 * floats and no store record the broker's limit.
 *
 * <p>Blocks of arrays are made when they are asked for, from what the arrays hold then: a state of
 * a gigabyte never exists a second time. So use them before the arrays change.
 *
 * <p>Thread-safety: none.
 */
public final class StateBlocks {

  /** Floats of one block: 256 KiB. */
  static final int BLOCK_FLOATS = 65_536;

  private final TreeMap<String, Supplier<byte[]>> blocks = new TreeMap<>();
  private final List<String> absent = new ArrayList<>();

  /** Of a snapshot. */
  public StateBlocks(Map<String, byte[]> blocks) {
    blocks.forEach(this::put);
  }

  /** None yet. */
  public StateBlocks() {}

  /** All blocks by name, made now. */
  public Map<String, byte[]> blocks() {
    Map<String, byte[]> made = new TreeMap<>();
    forEach(made::put);
    return made;
  }

  /** Makes one block after the other, in order of name. */
  public void forEach(BiConsumer<String, byte[]> action) {
    blocks.forEach((name, block) -> action.accept(name, block.get()));
  }

  /** Names of blocks that other states of the same kind have and this one has not. */
  public List<String> absent() {
    return List.copyOf(absent);
  }

  /** True when there is a block {@code name}, or one of the parts of an array of that name. */
  boolean has(String name) {
    return blocks.containsKey(name) || blocks.containsKey(part(name, 0));
  }

  /** Adds one block. */
  public void put(String name, byte[] bytes) {
    blocks.put(name, () -> bytes);
  }

  /** Adds {@code values} as {@code name/0}, {@code name/1}, ... */
  public void put(String name, float[] values) {
    for (int from = 0, part = 0; from < values.length; from += BLOCK_FLOATS, part++) {
      int first = from;
      int count = Math.min(BLOCK_FLOATS, values.length - from);
      blocks.put(part(name, part), () -> bytes(values, first, count));
    }
  }

  /** Says that {@code values}, which could be here as {@code name}, are left out. */
  void leaveOut(String name, float[] values) {
    for (int from = 0, part = 0; from < values.length; from += BLOCK_FLOATS, part++) {
      absent.add(part(name, part));
    }
  }

  private static String part(String name, int number) {
    return name + "/" + number;
  }

  private static byte[] bytes(float[] values, int from, int count) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * count).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values, from, count);
    return bytes.array();
  }

  /** Adds {@code values} as {@code name}. */
  public void put(String name, double[] values) {
    blocks.put(
        name,
        () -> {
          ByteBuffer bytes = ByteBuffer.allocate(8 * values.length);
          bytes.order(ByteOrder.LITTLE_ENDIAN).asDoubleBuffer().put(values);
          return bytes.array();
        });
  }

  /**
   * The block {@code name}.
   *
   * @throws IllegalArgumentException when there is none
   */
  public byte[] get(String name) {
    Supplier<byte[]> block = blocks.get(name);
    if (block == null) {
      throw new IllegalArgumentException("expected state block " + name + ", found none");
    }
    return block.get();
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
      byte[] bytes = get(part(name, part), 4 * count);
      ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(into, from, count);
    }
  }

  /** Fills {@code into} from {@code name}. */
  public void read(String name, double[] into) {
    byte[] bytes = get(name, 8 * into.length);
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asDoubleBuffer().get(into);
  }
}
