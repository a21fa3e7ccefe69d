package dev.meander.replay.evaluate;

import dev.meander.core.model.FakeModel;
import dev.meander.core.weights.Sha256;
import dev.meander.replay.data.DataSet;
import dev.meander.replay.scenario.Domains;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Inputs that a {@link FakeModel} classifies well when clean; a shift moves all of them towards one
 * class, and statistics of the batch mend that.
 */
final class ShiftedDomains implements Domains {

  static final int CLASSES = 4;
  static final int[] SHAPE = {3, 4, 4};

  private final FakeModel model;
  private final int size;
  private boolean offersSource;

  ShiftedDomains(FakeModel model, int size) {
    this.model = model;
    this.size = size;
  }

  @Override
  public String name() {
    return "shifted";
  }

  @Override
  public Sha256 digest() {
    return Sha256.of(("shifted " + size).getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public List<String> corruptions() {
    return List.of("up", "down");
  }

  @Override
  public DataSet corrupted(String corruption, int severity) {
    return new Inputs(corruption.equals("up") ? severity : -severity);
  }

  @Override
  public DataSet original() {
    return new Inputs(0);
  }

  /** From now on there are training images. */
  void offerSource() {
    offersSource = true;
  }

  @Override
  public @Nullable DataSet source() {
    return offersSource ? new Inputs(0) : null;
  }

  private final class Inputs implements DataSet {

    private final int shift;

    Inputs(int shift) {
      this.shift = shift;
    }

    @Override
    public String name() {
      return "inputs";
    }

    @Override
    public Sha256 digest() {
      return ShiftedDomains.this.digest();
    }

    @Override
    public int size() {
      return size;
    }

    @Override
    public float[] image(int index) {
      float[] input = model.input(label(index), new SplittableRandom(index), 3);
      float[] towards = model.input(shift > 0 ? 0 : 1, new SplittableRandom(0), 0);
      for (int i = 0; i < input.length; i++) {
        input[i] += Math.abs(shift) * towards[i];
      }
      return input;
    }

    @Override
    public int label(int index) {
      return index % CLASSES;
    }

    @Override
    public List<String> classNames() {
      return IntStream.range(0, CLASSES).mapToObj(i -> "class " + i).toList();
    }

    @Override
    public int[] inputShape() {
      return SHAPE.clone();
    }
  }
}
