package dev.meander.core.memory;

import dev.meander.core.optimise.StateArrays;
import dev.meander.core.tensor.LabelledBatch;
import java.util.List;

/**
 * Source batches over and over in their order; remembers where it is.
 *
 * <p>Thread-safety: none.
 */
public final class SourceReplay {

  private final List<LabelledBatch> batches;
  private final double[] next = new double[1];

  /**
   * @param batches at least one
   */
  public SourceReplay(List<LabelledBatch> batches) {
    if (batches.isEmpty()) {
      throw new IllegalArgumentException("expected source batches, found none");
    }
    this.batches = List.copyOf(batches);
  }

  /** The next batch. */
  public LabelledBatch next() {
    LabelledBatch batch = batches.get((int) (next[0] % batches.size()));
    next[0]++;
    return batch;
  }

  /** Goes on with the first. */
  public void restart() {
    next[0] = 0;
  }

  public void state(StateArrays arrays) {
    arrays.add("source-next", next);
  }
}
