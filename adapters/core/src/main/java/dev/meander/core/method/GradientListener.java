package dev.meander.core.method;

/** Sees the gradients of a step, for checks against recorded ones. */
@FunctionalInterface
public interface GradientListener {

  /**
   * @param part {@code theta} for the trained blocks, otherwise the name of a part of {@link
   *     Method#state}
   * @param gradient live, not to be written or kept
   */
  void onGradient(String part, float[] gradient);
}
