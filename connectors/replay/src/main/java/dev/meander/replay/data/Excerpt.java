package dev.meander.replay.data;

import dev.meander.core.weights.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/**
 * Neighbouring inputs of a data set, with all of its classes.
 *
 * @param whole where they come from
 * @param from first one
 * @param to after the last one
 */
public record Excerpt(DataSet whole, int from, int to) implements DataSet {

  public Excerpt {
    Objects.checkFromToIndex(from, to, whole.size());
    if (from == to) {
      throw new IllegalArgumentException("expected at least one input, found none");
    }
  }

  @Override
  public String name() {
    return whole.name();
  }

  @Override
  public Sha256 digest() {
    String text = whole.digest().hex() + " " + from + " to " + to;
    return Sha256.of(text.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public int size() {
    return to - from;
  }

  @Override
  public float[] image(int index) {
    return whole.image(from + Objects.checkIndex(index, size()));
  }

  @Override
  public int label(int index) {
    return whole.label(from + Objects.checkIndex(index, size()));
  }

  @Override
  public int labelDelay(int index) {
    return whole.labelDelay(from + Objects.checkIndex(index, size()));
  }

  @Override
  public List<String> notes() {
    return whole.notes();
  }

  @Override
  public List<String> classNames() {
    return whole.classNames();
  }

  @Override
  public int[] inputShape() {
    return whole.inputShape();
  }
}
