package dev.meander.core.wire;

import dev.meander.core.tensor.Sample;
import dev.meander.core.weights.LineageId;
import dev.meander.schemas.RejectReason;

/** An event read against a model: usable, or why not. */
public sealed interface EventReading {

  /**
   * The event can be learned from.
   *
   * @param lineage whose event it is
   * @param sample weight 1 and the offset it was read with
   */
  record Usable(LineageId lineage, Sample sample) implements EventReading {}

  /**
   * The event cannot be used.
   *
   * @param message expected and found
   */
  record Unusable(RejectReason reason, String message) implements EventReading {}
}
