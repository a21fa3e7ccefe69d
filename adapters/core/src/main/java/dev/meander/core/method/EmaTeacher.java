package dev.meander.core.method;

import dev.meander.core.math.Vectors;
import dev.meander.core.optimise.StateArrays;

/**
 * A mean teacher: {@code teacher = keep teacher + (1 - keep) student} after every update, over the
 * trained floats; the others are equal in both. Running statistics are not averaged.
 */
final class EmaTeacher {

  static final Constant KEEP =
      new Constant("teacher-momentum", 0.999, 0, 1, "Share of the old teacher in its average.");

  private final double keep;
  private final float[] weights;

  EmaTeacher(double keep, float[] start) {
    this.keep = keep;
    this.weights = start.clone();
  }

  /** The teacher's parameters; live. */
  float[] weights() {
    return weights;
  }

  void follow(float[] student) {
    Vectors.blendInPlace(weights, student, keep);
  }

  void restart(float[] student) {
    System.arraycopy(student, 0, weights, 0, weights.length);
  }

  void state(StateArrays arrays) {
    arrays.add("teacher", weights);
  }
}
