package dev.meander.core.memory;

import dev.meander.core.optimise.StateArrays;
import java.util.random.RandomGenerator;

/**
 * A bounded set of samples of a stream.
 *
 * <p>Thread-safety: none.
 */
public interface MemoryBank {

  /** What became of an offered sample. */
  enum Admission {
    /** There was room. */
    ADDED,
    /** Another sample was given up for it. */
    REPLACED,
    /** The bank did not want it. */
    REJECTED
  }

  /**
   * Offers a sample.
   *
   * @param input one input; copied if it is kept
   * @param label predicted class, 0 to classes - 1
   * @param uncertainty entropy of the prediction, nats
   * @param random for banks that choose by chance
   */
  Admission offer(float[] input, int label, double uncertainty, RandomGenerator random);

  /** Everything in the bank, in its own order; at least one row once a sample was added. */
  Remembered content();

  /** Samples held. */
  int size();

  /** Samples it can hold. */
  int capacity();

  /** Adds every array it must not forget. */
  void state(StateArrays arrays);

  /** Forgets everything. */
  void clear();
}
