package dev.meander.replay.corruption;

import dev.meander.replay.random.Draws;

/**
 * How one corruption changes an image.
 *
 * <p>Thread-safety: implementations are immutable.
 */
interface Recipe {

  /**
   * Corrupts one image.
   *
   * @param source the clean image
   * @param severity 1 to 5
   * @param draws randomness of this image
   * @return bytes 0 to 255 in the order of the source
   */
  int[] corrupt(Pixels source, int severity, Draws draws);
}
