package dev.meander.core.weights;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * An ordered list of blocks laid end to end in one float array. Blocks are ordered by name, so
 * equal sets of blocks give equal layouts.
 *
 * <p>Thread-safety: immutable.
 */
public final class Layout {

  private final List<Block> blocks;
  private final Map<String, Integer> offsets = new HashMap<>();
  private final int size;
  private final Sha256 hash;

  /**
   * @throws IllegalArgumentException when two blocks share a name
   */
  public Layout(List<Block> blocks) {
    List<Block> sorted = new ArrayList<>(blocks);
    sorted.sort(Comparator.comparing(Block::name));
    this.blocks = List.copyOf(sorted);
    int offset = 0;
    MessageDigest digest = Sha256.digest();
    for (Block block : this.blocks) {
      if (offsets.put(block.name(), offset) != null) {
        throw new IllegalArgumentException(
            "expected unique block names, found " + block.name() + " twice");
      }
      offset = Math.addExact(offset, block.size());
      digest.update(block.toString().getBytes(StandardCharsets.UTF_8));
      digest.update((byte) '\n');
    }
    this.size = offset;
    this.hash = Sha256.of(digest);
  }

  /** Blocks in order of name. */
  public List<Block> blocks() {
    return blocks;
  }

  /** Number of floats of all blocks together. */
  public int size() {
    return size;
  }

  /** Digest over names, roles and shapes. */
  public Sha256 hash() {
    return hash;
  }

  /** True when a block of this name is part of the layout. */
  public boolean contains(String name) {
    return offsets.containsKey(name);
  }

  /**
   * First float of {@code block}.
   *
   * @throws IllegalArgumentException when the block is not part of this layout
   */
  public int offset(Block block) {
    Integer offset = offsets.get(block.name());
    if (offset == null) {
      throw new IllegalArgumentException("expected a block of this layout, found " + block);
    }
    return offset;
  }

  /** The layout of the blocks that satisfy {@code keep}. */
  public Layout select(Predicate<Block> keep) {
    return new Layout(blocks.stream().filter(keep).toList());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Layout l && blocks.equals(l.blocks);
  }

  @Override
  public int hashCode() {
    return blocks.hashCode();
  }

  @Override
  public String toString() {
    return blocks.size() + " blocks, " + size + " floats, layout " + hash;
  }
}
