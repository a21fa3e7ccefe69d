package dev.meander.core.model;

import dev.meander.core.tensor.Tensor;
import dev.meander.core.weights.Block;

/**
 * A model whose blocks can be read and written and whose loss gradients can be pulled back to them.
 *
 * <p>A learner binds its blocks with {@link #write} before a step; a forward pass never changes a
 * block, running statistics included.
 *
 * <p>Thread-safety: none. One instance belongs to one thread at a time.
 */
public interface AdaptableModel extends AutoCloseable {

  ModelSpec spec();

  /**
   * Runs a batch.
   *
   * @param x {@code [b, input...]}, b &gt;= 1
   * @param norm what batch norms normalise with
   * @param gradients whether {@link Tape#backward} will be called
   * @throws IllegalArgumentException when the shape is not the model's
   */
  Tape forward(Tensor x, NormMode norm, boolean gradients);

  /**
   * Copies a block's current floats.
   *
   * @throws IllegalArgumentException for an unknown block or a wrong length
   */
  void read(Block block, float[] into);

  /**
   * Copies a block's floats as they are in the model file, whatever was written since. A module is
   * shared by many learners; this is where a new one starts.
   *
   * @throws IllegalArgumentException for an unknown block or a wrong length
   */
  void readBase(Block block, float[] into);

  /**
   * Replaces a block's floats.
   *
   * @throws IllegalArgumentException for an unknown block or a wrong length
   */
  void write(Block block, float[] from);

  /** Which blocks receive gradients in the next passes; none at first. */
  void train(Iterable<Block> blocks);

  @Override
  void close();
}
