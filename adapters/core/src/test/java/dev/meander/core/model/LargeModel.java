package dev.meander.core.model;

import dev.meander.core.tensor.Tensor;
import dev.meander.core.weights.Block;
import dev.meander.core.weights.Layout;
import dev.meander.core.weights.LineageId;
import dev.meander.core.weights.Role;
import dev.meander.core.weights.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A model that costs nothing but its size: one block of gains, a gradient for each of them, and
 * logits that are the input.
 */
public final class LargeModel implements AdaptableModel {

  /** Length of an input and of its logits. */
  public static final int CLASSES = 4;

  private static final int PATTERN = 7;

  private final ModelSpec spec;
  private final float[] gains;

  /**
   * @param floats how many gains it has
   */
  public LargeModel(String name, int floats) {
    Layout layout = new Layout(List.of(new Block("large.gain", Role.GAIN, floats)));
    this.spec =
        new ModelSpec(
            name,
            Sha256.of(name.getBytes(StandardCharsets.UTF_8)),
            new int[] {CLASSES},
            CLASSES,
            CLASSES,
            layout,
            "none",
            1);
    this.gains = new float[floats];
    Arrays.fill(gains, 1);
  }

  /** Opens models of one size, whatever the file. */
  public static ModelProvider provider(int floats) {
    return new Provider(floats);
  }

  private record Provider(int floats) implements ModelProvider {

    @Override
    public String engine() {
      return "none";
    }

    @Override
    public boolean canOpen(ModelSource source) {
      return true;
    }

    @Override
    public AdaptableModel open(ModelSource source) {
      return new LargeModel(source.name(), floats);
    }

    @Override
    public AdapterSlot openSlot(ModelSource source, LineageId lineage) {
      throw new IllegalStateException("expected no slot to be opened, found one for " + lineage);
    }
  }

  @Override
  public ModelSpec spec() {
    return spec;
  }

  @Override
  public Tape forward(Tensor x, NormMode norm, boolean gradients) {
    return new Pass(x);
  }

  @Override
  public void read(Block block, float[] into) {
    System.arraycopy(gains, 0, into, 0, into.length);
  }

  @Override
  public void readBase(Block block, float[] into) {
    Arrays.fill(into, 1);
  }

  @Override
  public void write(Block block, float[] from) {
    System.arraycopy(from, 0, gains, 0, from.length);
  }

  @Override
  public void train(Iterable<Block> blocks) {
    // every gain has a gradient whatever is trained
  }

  @Override
  public void close() {
    // holds nothing
  }

  /** One pass; its gradients differ from gain to gain. */
  private record Pass(Tensor x) implements Tape {

    @Override
    public Tensor logits() {
      return x;
    }

    @Override
    public Tensor features() {
      return x;
    }

    @Override
    public void backward(float @Nullable [] dLogits, float @Nullable [] dFeatures) {
      // the gradients are the same for every loss
    }

    @Override
    public void gradient(Block block, float[] into) {
      for (int i = 0; i < into.length; i++) {
        into[i] = (i % PATTERN - PATTERN / 2) * 1e-3f;
      }
    }

    @Override
    public void statistic(Block statistic, float[] into) {
      throw new IllegalStateException("expected no statistic to be asked for, found " + statistic);
    }

    @Override
    public void close() {
      // holds nothing
    }
  }
}
