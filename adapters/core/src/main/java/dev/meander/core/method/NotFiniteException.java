package dev.meander.core.method;

import dev.meander.core.tensor.Tensor;

/** A pass gave logits that are not finite: the batch is predicted as they are, not adapted to. */
final class NotFiniteException extends RuntimeException {

  private static final long serialVersionUID = 1;

  private final transient Tensor logits;

  NotFiniteException(Tensor logits) {
    super("logits that are not finite", null, false, false);
    this.logits = logits;
  }

  Tensor logits() {
    return logits;
  }
}
