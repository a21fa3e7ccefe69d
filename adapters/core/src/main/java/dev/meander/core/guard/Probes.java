package dev.meander.core.guard;

import dev.meander.core.math.Softmax;
import dev.meander.core.math.Vectors;
import dev.meander.core.model.AdaptableModel;
import dev.meander.core.model.NormMode;
import dev.meander.core.model.Tape;
import dev.meander.core.tensor.Tensor;
import dev.meander.core.weights.AdapterWeights;
import dev.meander.core.weights.Block;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Samples of the stream that candidates are tried on: at first every sample until there are enough,
 * then one of so many, each in place of the oldest. So they reach far back, and a stream whose
 * classes come sorted still shows several of them. The base model's answers are kept with them.
 *
 * <p>A sample that is not finite, or that the base model has no finite answer to, is passed over.
 *
 * <p>Thread-safety: none; belongs to one learner.
 */
public final class Probes {

  /** Fewer say nothing. */
  static final int ROWS_MIN = 16;

  private final int capacity;
  private final int every;
  private final int[] inputShape;
  private final int inputSize;
  private final int classes;
  private final float[] inputs;
  private final float[] base;

  /** Samples seen, probes kept. */
  private final double[] counts = new double[2];

  /**
   * @param model read for its shapes
   */
  public Probes(CollapseConfig config, AdaptableModel model) {
    this.capacity = config.probes();
    this.every = config.probeEvery();
    this.inputShape = model.spec().inputShape().clone();
    this.inputSize = model.spec().inputSize();
    this.classes = model.spec().classes();
    this.inputs = new float[Math.multiplyExact(capacity, inputSize)];
    this.base = new float[Math.multiplyExact(capacity, classes)];
  }

  /**
   * Takes probes out of a batch.
   *
   * @param batch {@code [b, input...]}
   * @param model at the base model, and left there
   */
  public void admit(Tensor batch, AdaptableModel model) {
    List<float[]> chosen = new ArrayList<>();
    for (int row = 0; row < batch.rows(); row++) {
      boolean wanted = counts[1] + chosen.size() < capacity || counts[0] % every == 0;
      counts[0]++;
      if (wanted) {
        float[] input = batch.row(row);
        if (Vectors.allFinite(input)) {
          chosen.add(input);
        }
      }
    }
    if (chosen.isEmpty()) {
      return;
    }
    try (Tape tape = model.forward(Tensor.stack(chosen, inputShape), NormMode.SOURCE, false)) {
      for (int i = 0; i < chosen.size(); i++) {
        float[] logits = tape.logits().row(i);
        if (Vectors.allFinite(logits)) {
          keep(chosen.get(i), logits);
        }
      }
    }
  }

  private void keep(float[] input, float[] logits) {
    int slot = (int) (counts[1] % capacity);
    counts[1]++;
    System.arraycopy(input, 0, inputs, slot * inputSize, inputSize);
    float[] logProbabilities = new float[classes];
    Softmax.logSoftmax(logits, 1, classes, logProbabilities);
    System.arraycopy(logProbabilities, 0, base, slot * classes, classes);
  }

  /**
   * Tries a candidate as it would be served, beside the base model under the candidate's own
   * statistics. Under the source's statistics a base model may be sure, and wrong, of drifted
   * samples, and whatever mends that is far from it.
   *
   * @param model at the base model, and left there
   * @return null while there are too few probes
   */
  public @Nullable Comparison compare(AdapterWeights candidate, AdaptableModel model) {
    int rows = (int) Math.min(counts[1], capacity);
    if (rows < ROWS_MIN) {
      return null;
    }
    int[] shape = new int[inputShape.length + 1];
    shape[0] = rows;
    System.arraycopy(inputShape, 0, shape, 1, inputShape.length);
    Tensor x = new Tensor(Arrays.copyOf(inputs, rows * inputSize), shape);
    List<Block> blocks = candidate.layout().blocks();
    List<Block> statistics = blocks.stream().filter(block -> block.role().isStatistic()).toList();
    try {
      write(statistics, candidate, model);
      float[] reference = statistics.isEmpty() ? base : logProbabilities(x, model);
      write(blocks, candidate, model);
      try (Tape tape = model.forward(x, NormMode.SOURCE, false)) {
        return Comparison.of(tape.logits(), reference);
      }
    } finally {
      for (Block block : blocks) {
        float[] floats = new float[block.size()];
        model.readBase(block, floats);
        model.write(block, floats);
      }
    }
  }

  private static void write(List<Block> blocks, AdapterWeights candidate, AdaptableModel model) {
    for (Block block : blocks) {
      float[] floats = new float[block.size()];
      candidate.read(block, floats);
      model.write(block, floats);
    }
  }

  private float[] logProbabilities(Tensor x, AdaptableModel model) {
    float[] logProbabilities = new float[x.rows() * classes];
    try (Tape tape = model.forward(x, NormMode.SOURCE, false)) {
      Softmax.logSoftmax(tape.logits().data(), x.rows(), classes, logProbabilities);
    }
    return logProbabilities;
  }

  /** Forgets every probe. */
  public void clear() {
    Arrays.fill(counts, 0);
  }

  /** What must not be forgotten, by name; live arrays. */
  public Map<String, float[]> floats() {
    return Map.of("guard-base", base, "guard-inputs", inputs);
  }

  /** Samples seen and probes kept, live. */
  public double[] counts() {
    return counts;
  }
}
