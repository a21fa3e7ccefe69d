package dev.meander.serving.traffic;

import dev.meander.core.model.AdapterSlot;
import dev.meander.core.tensor.Tensor;

/**
 * One request and its answer; a row of each is one event. Tensors are shared, not copied: nobody
 * writes to them any more.
 *
 * @param id id of the request
 * @param eventTimeMillis when it was made
 * @param input {@code [b, input...]}
 * @param answer logits {@code [b, classes]} and the version that made them
 */
public record Exchange(String id, long eventTimeMillis, Tensor input, AdapterSlot.Answer answer) {

  private static final int OVERHEAD_BYTES = 256;

  int rows() {
    return input.rows();
  }

  /** Id of the event of {@code row}: the request's own where it has one row. */
  String eventId(int row) {
    return rows() == 1 ? id : id + "-" + row;
  }

  /** What it takes in memory, about. */
  long bytes() {
    return 4L * (input.data().length + answer.logits().data().length) + OVERHEAD_BYTES;
  }
}
