package dev.meander.schemas.stall;

import java.util.List;

/**
 * What stands still now.
 *
 * <p>Thread-safety: safe. Lifetime: whoever opened it closes it.
 */
public interface Stalls extends AutoCloseable {

  /** Partitions that stand still, as of the last look. */
  List<Stall> stalls();

  @Override
  void close();
}
