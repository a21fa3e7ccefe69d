package dev.meander.core.model;

import dev.meander.core.tensor.Tensor;
import dev.meander.core.weights.Block;
import dev.meander.core.weights.Layout;
import dev.meander.core.weights.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A tiny real network in plain Java behind the model port: chunk means, batch norm with running
 * statistics, linear head; exact gradients. Equal arguments give equal models.
 *
 * <p>{@link #input} draws inputs that an unadapted model classifies as asked, so that tests can
 * build streams with labels, and shift them to see an adaptation.
 */
public final class FakeModel implements AdaptableModel {

  private final ModelSpec spec;
  private final FakeNetwork network;
  private final float[] base;
  private final float[] weights;
  private final Set<String> trained = new HashSet<>();
  private int tapesOpen;
  private boolean closed;

  /** A model whose base identity follows from its shape, classes and seed. */
  public FakeModel(String name, int[] inputShape, int classes, long seed) {
    this(name, inputShape, classes, seed, identity(inputShape, classes, seed));
  }

  FakeModel(String name, int[] inputShape, int classes, long seed, Sha256 base) {
    this.network = network(inputShape, classes);
    this.base = network.initialWeights(seed);
    this.weights = this.base.clone();
    this.spec =
        new ModelSpec(
            name,
            base,
            inputShape.clone(),
            classes,
            network.width,
            network.layout,
            FakeProvider.ENGINE,
            1);
  }

  static FakeNetwork network(int[] inputShape, int classes) {
    return new FakeNetwork(Arrays.stream(inputShape).reduce(1, Math::multiplyExact), classes);
  }

  private static Sha256 identity(int[] inputShape, int classes, long seed) {
    String text = "fake " + Arrays.toString(inputShape) + " " + classes + " " + seed;
    return Sha256.of(text.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public ModelSpec spec() {
    return spec;
  }

  /** Passes that were not closed. */
  public int tapesOpen() {
    return tapesOpen;
  }

  public boolean isClosed() {
    return closed;
  }

  /**
   * One input that the base model takes for {@code label} as long as {@code noise} is small.
   *
   * @param label 0 to classes - 1
   * @param noise standard deviation added to every float
   */
  public float[] input(int label, RandomGenerator random, double noise) {
    float[] input = new float[network.inputSize];
    for (int j = 0; j < network.width; j++) {
      float level = base[network.headWeight + label * network.width + j];
      for (int k = network.chunkStart(j); k < network.chunkStart(j + 1); k++) {
        input[k] = level + (float) (noise * random.nextGaussian());
      }
    }
    return input;
  }

  @Override
  public Tape forward(Tensor x, NormMode norm, boolean gradients) {
    if (closed) {
      throw new IllegalStateException("expected an open model, found " + spec.name() + " closed");
    }
    checkShape(spec, x);
    tapesOpen++;
    return new FakeTape(network.forward(weights, x, norm), x.rows(), norm, gradients);
  }

  static void checkShape(ModelSpec spec, Tensor x) {
    int[] found = x.shape();
    boolean fits =
        found.length > 0
            && found[0] > 0
            && Arrays.equals(Arrays.copyOfRange(found, 1, found.length), spec.inputShape());
    if (!fits) {
      String expected = Arrays.toString(spec.inputShape()).substring(1);
      throw new IllegalArgumentException(
          "expected input [b, " + expected + ", found " + Arrays.toString(found));
    }
  }

  @Override
  public void read(Block block, float[] into) {
    check(block, into.length);
    System.arraycopy(weights, network.layout.offset(block), into, 0, into.length);
  }

  @Override
  public void readBase(Block block, float[] into) {
    check(block, into.length);
    System.arraycopy(base, network.layout.offset(block), into, 0, into.length);
  }

  @Override
  public void write(Block block, float[] from) {
    check(block, from.length);
    System.arraycopy(from, 0, weights, network.layout.offset(block), from.length);
  }

  @Override
  public void train(Iterable<Block> blocks) {
    trained.clear();
    for (Block block : blocks) {
      check(block, block.size());
      if (block.role().isStatistic()) {
        throw new IllegalArgumentException("expected a trainable block, found " + block);
      }
      trained.add(block.name());
    }
  }

  private void check(Block block, int length) {
    check(network.layout, block, length);
  }

  static void check(Layout inventory, Block block, int length) {
    if (!inventory.blocks().contains(block)) {
      throw new IllegalArgumentException("expected a block of the model, found " + block);
    }
    if (length != block.size()) {
      throw new IllegalArgumentException(
          "expected " + block.size() + " floats for " + block.name() + ", found " + length);
    }
  }

  @Override
  public void close() {
    closed = true;
  }

  private final class FakeTape implements Tape {

    private final FakeNetwork.Pass pass;
    private final int rows;
    private final NormMode norm;
    private final Set<String> differentiated;
    private float @Nullable [] gradient;
    private boolean open = true;

    FakeTape(FakeNetwork.Pass pass, int rows, NormMode norm, boolean gradients) {
      this.pass = pass;
      this.rows = rows;
      this.norm = norm;
      this.differentiated = gradients ? Set.copyOf(trained) : Set.of();
    }

    @Override
    public Tensor logits() {
      return new Tensor(pass.logits, rows, network.classes);
    }

    @Override
    public Tensor features() {
      return new Tensor(pass.features, rows, network.width);
    }

    @Override
    public void backward(float @Nullable [] dLogits, float @Nullable [] dFeatures) {
      if (differentiated.isEmpty()) {
        throw new IllegalStateException(
            "expected a pass with gradients and a trained block, found none");
      }
      if (gradient != null) {
        throw new IllegalStateException("expected one backward per pass, found a second one");
      }
      if (dLogits == null && dFeatures == null) {
        throw new IllegalArgumentException("expected dLogits or dFeatures, found neither");
      }
      gradient =
          pass.gradient(
              filled("dLogits", dLogits, rows * network.classes),
              filled("dFeatures", dFeatures, rows * network.width));
    }

    private float[] filled(String what, float @Nullable [] given, int size) {
      if (given == null) {
        return new float[size];
      }
      if (given.length != size) {
        throw new IllegalArgumentException(
            "expected " + size + " floats for " + what + ", found " + given.length);
      }
      return given;
    }

    @Override
    public void gradient(Block block, float[] into) {
      check(block, into.length);
      if (gradient == null) {
        throw new IllegalStateException("expected backward before gradient, found none");
      }
      if (!differentiated.contains(block.name())) {
        throw new IllegalArgumentException("expected a trained block, found " + block);
      }
      System.arraycopy(gradient, network.layout.offset(block), into, 0, into.length);
    }

    @Override
    public void statistic(Block statistic, float[] into) {
      check(statistic, into.length);
      if (!statistic.role().isStatistic()) {
        throw new IllegalArgumentException("expected a running statistic, found " + statistic);
      }
      if (!norm.usesBatch()) {
        throw new IllegalStateException(
            "expected a pass with batch statistics, found one with source statistics");
      }
      double[] values = pass.statistic(statistic.role());
      for (int i = 0; i < into.length; i++) {
        into[i] = (float) values[i];
      }
    }

    @Override
    public void close() {
      if (open) {
        open = false;
        tapesOpen--;
      }
    }
  }
}
