package dev.meander.core.weights;

import java.util.Arrays;

/**
 * A named block of floats of a model: one parameter or one running statistic.
 *
 * @param name the model's own name, such as {@code layer1.0.bn1.weight}
 * @param role what it does
 * @param shape dimensions
 */
public record Block(String name, Role role, int... shape) {

  public Block {
    if (name.isEmpty()) {
      throw new IllegalArgumentException("expected a block name, found an empty one");
    }
    shape = shape.clone();
  }

  /** Number of floats. */
  public int size() {
    return Arrays.stream(shape).reduce(1, Math::multiplyExact);
  }

  @Override
  public int[] shape() {
    return shape.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Block b
        && name.equals(b.name)
        && role == b.role
        && Arrays.equals(shape, b.shape);
  }

  @Override
  public int hashCode() {
    return 31 * name.hashCode() + Arrays.hashCode(shape);
  }

  @Override
  public String toString() {
    return name + Arrays.toString(shape) + " " + role;
  }
}
