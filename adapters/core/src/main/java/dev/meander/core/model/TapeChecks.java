package dev.meander.core.model;

import dev.meander.core.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** What the tapes of every model refuse, in the same words. */
public final class TapeChecks {

  private TapeChecks() {}

  /**
   * Checks that a pass can go back as asked.
   *
   * @param differentiated whether the pass is open and some block receives gradients
   * @param wentBack whether it went back already
   * @param dLogits as many floats as {@code logits}, or null
   * @param dFeatures as many floats as {@code features}, or null
   * @throws IllegalStateException when there is nothing to go back through, or no more
   * @throws IllegalArgumentException when both are null, or one has another length
   */
  public static void checkBackward(
      boolean differentiated,
      boolean wentBack,
      float @Nullable [] dLogits,
      Tensor logits,
      float @Nullable [] dFeatures,
      Tensor features) {
    if (!differentiated) {
      throw new IllegalStateException(
          "expected a pass with gradients and a trained block, found none");
    }
    if (wentBack) {
      throw new IllegalStateException("expected one backward per pass, found a second one");
    }
    if (dLogits == null && dFeatures == null) {
      throw new IllegalArgumentException("expected dLogits or dFeatures, found neither");
    }
    checkLength("dLogits", dLogits, logits);
    checkLength("dFeatures", dFeatures, features);
  }

  private static void checkLength(String what, float @Nullable [] given, Tensor like) {
    if (given != null && given.length != like.data().length) {
      throw new IllegalArgumentException(
          "expected " + like.data().length + " floats for " + what + ", found " + given.length);
    }
  }
}
