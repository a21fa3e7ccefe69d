package dev.meander.core.head;

import dev.meander.core.model.ModelSpec;
import dev.meander.core.model.NormMode;
import dev.meander.core.model.Tape;
import dev.meander.core.objective.CrossEntropy;
import dev.meander.core.objective.Pass;
import dev.meander.core.optimise.Optimiser;
import dev.meander.core.optimise.OptimiserConfig;
import dev.meander.core.tensor.LabelledBatch;
import dev.meander.core.tensor.Tensor;
import dev.meander.core.weights.Block;
import dev.meander.core.weights.Layout;
import dev.meander.core.weights.Sha256;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Makes a head from labelled rows: softmax regression on features that are normalised with the mean
 * and the unbiased variance of the rows (a column without variance gets 1). Minimises {@code -(1/n)
 * sum_i ln p_i,y_i + (decay / 2) |theta|^2} over the linear layer with Adam on all rows at once, at
 * a rate that falls to 0 in equal steps. Equal rows and settings give equal bytes.
 *
 * <p>A residual starts switched off: A is drawn by the seed, B is 0; methods that train every block
 * train it.
 */
public final class HeadFitting {

  private static final int CHUNK_ROWS = 4096;

  /**
   * How a head is fitted.
   *
   * @param rank of the residual, 0 for none
   * @param passes over all rows, at least 1
   * @param learningRate of the first pass, &gt; 0
   * @param decay pull of the linear layer to 0, &gt;= 0
   * @param seed of A
   */
  public record Config(int rank, int passes, double learningRate, double decay, long seed) {

    /** Most passes. */
    public static final int PASSES_MAX = 100_000;

    public Config {
      if (passes < 1 || passes > PASSES_MAX) {
        throw new IllegalArgumentException(
            "expected 1 to " + PASSES_MAX + " passes, found " + passes);
      }
      if (!(learningRate > 0) || !(decay >= 0)) {
        throw new IllegalArgumentException(
            "expected a learning rate > 0 and a decay >= 0, found "
                + learningRate
                + " and "
                + decay);
      }
    }

    /** The usual rates. */
    public static Config usual(int rank, int passes, long seed) {
      return new Config(rank, passes, 0.1, 1e-4, seed);
    }
  }

  private final Config config;
  private final HeadNetwork network;
  private final HeadModel model;
  private final List<LabelledBatch> chunks;
  private final int rows;

  private HeadFitting(Config config, LabelledBatch rows, int classes) {
    this.config = config;
    this.rows = rows.x().rows();
    HeadShape shape = new HeadShape(rows.x().rowSize(), config.rank(), classes);
    this.network = new HeadNetwork(shape);
    this.chunks = chunks(rows, network.features);
    this.model = model(network, initial());
  }

  private static HeadModel model(HeadNetwork network, float[] floats) {
    ModelSpec spec =
        new ModelSpec(
            "fitting",
            Sha256.of(new byte[0]),
            new int[] {network.features},
            network.classes,
            network.features,
            network.layout,
            HeadProvider.ENGINE,
            1);
    return new HeadModel(spec, network, floats);
  }

  /**
   * Fits a head.
   *
   * @param rows {@code [n, features...]}, n &gt;= 1, finite
   * @param classNames the position is the label; every label is below their number
   */
  public static HeadFile fit(LabelledBatch rows, List<String> classNames, Config config) {
    if (rows.x().rows() == 0) {
      throw new IllegalArgumentException("expected at least one row to fit a head on, found none");
    }
    for (int label : rows.labels()) {
      if (label < 0 || label >= classNames.size()) {
        throw new IllegalArgumentException(
            "expected labels of 0 to " + (classNames.size() - 1) + ", found " + label);
      }
    }
    HeadFitting fitting = new HeadFitting(config, rows, classNames.size());
    try (HeadModel model = fitting.model) {
      fitting.descend();
      return new HeadFile(
          new HeadShape(fitting.network.features, config.rank(), classNames.size()),
          model.weights().clone(),
          classNames);
    }
  }

  private static List<LabelledBatch> chunks(LabelledBatch rows, int features) {
    List<LabelledBatch> chunks = new ArrayList<>();
    float[] data = rows.x().data();
    for (int from = 0; from < rows.x().rows(); from += CHUNK_ROWS) {
      int to = Math.min(rows.x().rows(), from + CHUNK_ROWS);
      float[] part = Arrays.copyOfRange(data, from * features, to * features);
      chunks.add(
          new LabelledBatch(
              new Tensor(part, to - from, features), Arrays.copyOfRange(rows.labels(), from, to)));
    }
    return chunks;
  }

  /** Statistics of the rows, gain 1, a residual that is off, a linear layer of zeros. */
  private float[] initial() {
    float[] floats = new float[network.layout.size()];
    double[] means = means();
    for (Block block : network.layout.blocks()) {
      int at = network.layout.offset(block);
      switch (block.name()) {
        case HeadShape.GAIN -> Arrays.fill(floats, at, at + block.size(), 1);
        case HeadShape.MEAN -> write(means, floats, at);
        case HeadShape.VARIANCE -> write(variances(means), floats, at);
        case HeadShape.DOWN -> {
          SplittableRandom random = new SplittableRandom(config.seed());
          double scale = 1 / Math.sqrt(network.features);
          for (int i = 0; i < block.size(); i++) {
            floats[at + i] = (float) (scale * random.nextGaussian());
          }
        }
        default -> {}
      }
    }
    return floats;
  }

  private static void write(double[] values, float[] into, int at) {
    for (int j = 0; j < values.length; j++) {
      into[at + j] = (float) values[j];
    }
  }

  private double[] means() {
    double[] means = new double[network.features];
    for (LabelledBatch chunk : chunks) {
      float[] data = chunk.x().data();
      for (int i = 0; i < data.length; i++) {
        means[i % means.length] += data[i];
      }
    }
    for (int j = 0; j < means.length; j++) {
      means[j] /= rows;
    }
    return means;
  }

  private double[] variances(double[] means) {
    double[] variances = new double[network.features];
    for (LabelledBatch chunk : chunks) {
      float[] data = chunk.x().data();
      for (int i = 0; i < data.length; i++) {
        double difference = data[i] - means[i % means.length];
        variances[i % means.length] += difference * difference;
      }
    }
    for (int j = 0; j < variances.length; j++) {
      variances[j] = variances[j] == 0 ? 1 : variances[j] / (rows - 1);
    }
    return variances;
  }

  private void descend() {
    Layout trained =
        network.layout.select(
            block -> block.name().equals(HeadShape.WEIGHT) || block.name().equals(HeadShape.BIAS));
    model.train(trained.blocks());
    OptimiserConfig rule =
        OptimiserConfig.adam(config.learningRate()).withWeightDecay(config.decay());
    Optimiser optimiser = rule.create(trained.size());
    float[] theta = new float[trained.size()];
    float[] gradient = new float[trained.size()];
    for (int pass = 0; pass < config.passes(); pass++) {
      Arrays.fill(gradient, 0);
      for (LabelledBatch chunk : chunks) {
        addGradient(chunk, trained, gradient);
      }
      double left = 1 - (double) pass / config.passes();
      optimiser.step(theta, gradient, config.learningRate() * left);
      for (Block block : trained.blocks()) {
        int at = trained.offset(block);
        model.write(block, Arrays.copyOfRange(theta, at, at + block.size()));
      }
    }
  }

  private void addGradient(LabelledBatch chunk, Layout trained, float[] gradient) {
    double[] weights = new double[chunk.labels().length];
    // the objective divides by the chunk, the sum over all chunks by all rows
    Arrays.fill(weights, (double) weights.length / rows);
    try (Tape tape = model.forward(chunk.x(), NormMode.SOURCE, true)) {
      float[] dLogits = new float[tape.logits().data().length];
      new CrossEntropy(chunk.labels())
          .evaluate(
              new Pass(tape.logits(), tape.features(), weights),
              dLogits,
              new float[tape.features().data().length]);
      tape.backward(dLogits, null);
      for (Block block : trained.blocks()) {
        float[] part = new float[block.size()];
        tape.gradient(block, part);
        int at = trained.offset(block);
        for (int i = 0; i < part.length; i++) {
          gradient[at + i] += part[i];
        }
      }
    }
  }

  /** Percent of rows that a head gets wrong with its own statistics. */
  public static double errorPercent(HeadFile head, LabelledBatch rows) {
    HeadNetwork network = new HeadNetwork(head.shape());
    int wrong = 0;
    try (HeadModel model = model(network, head.floats())) {
      for (LabelledBatch chunk : chunks(rows, network.features)) {
        try (Tape tape = model.forward(chunk.x(), NormMode.SOURCE, false)) {
          wrong += chunk.wrong(tape.logits());
        }
      }
    }
    return 100.0 * wrong / rows.x().rows();
  }
}
