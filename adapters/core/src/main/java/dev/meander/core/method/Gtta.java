package dev.meander.core.method;

import dev.meander.core.memory.SourceReplay;
import dev.meander.core.model.Tape;
import dev.meander.core.objective.CrossEntropy;
import dev.meander.core.objective.Pass;
import dev.meander.core.objective.Rows;
import dev.meander.core.optimise.OptimiserConfig;
import dev.meander.core.optimise.StateArrays;
import dev.meander.core.tensor.LabelledBatch;
import dev.meander.core.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * GTTA in its mixup form (Marsden et al., "Introducing intermediate domains for effective
 * self-training during test-time", IJCNN 2024): batch statistics, all parameters, two updates.
 *
 * <ol>
 *   <li>z0 of x; a = 0.9 a + 0.1 mean max p0 (0.9 at first); a pseudo-label is kept if max p0 &gt;=
 *       sqrt(a);
 *   <li>each sample of the next source batch, cut to the size of x, is mixed with the sample of x
 *       whose prediction is most like its own, {@code 1/3 x_j + 2/3 x_src}: a step on the mean
 *       cross-entropy to the source labels;
 *   <li>z of x again: a step on the mean cross-entropy to the kept pseudo-labels, also when none is
 *       kept, which moves by momentum alone. Output: this z.
 * </ol>
 *
 * <p>Where we differ: layers such as dropout stay in inference mode.
 */
final class Gtta implements Procedure {

  private static final Constant SHARE =
      new Constant("mixup-lambda-target", 1.0 / 3, 0, 1, "Share of the target sample in the mix.");
  private static final Constant KEEP =
      new Constant("conf-momentum", 0.9, 0, 1, "Share of the old moving confidence.");
  private static final Constant START =
      new Constant("conf-init", 0.9, 0, 1, "Moving confidence before the first batch.");

  static final Declaration DECLARATION =
      Declaration.training(
              "gtta",
              OptimiserConfig.adam(1e-5),
              List.of(SHARE, KEEP, START),
              setting -> setting.everything(run -> new Gtta(setting, run)))
          .needing(Need.SOURCE_SAMPLES);

  private final SourceReplay replay;
  private final double share;
  private final double keep;
  private final double start;
  private final double[] confidence = new double[1];

  private Gtta(Setting setting, MethodRun run) {
    this.replay = new SourceReplay(run.source().batches());
    this.share = setting.get(SHARE);
    this.keep = setting.get(KEEP);
    this.start = setting.get(START);
    this.confidence[0] = start;
  }

  @Override
  public MethodStep step(MethodRun run) {
    Tensor x = run.x();
    Rows before = Rows.of(run.logits(x, run.theta()));
    double[] pseudoWeights = run.weights();
    int[] pseudo = new int[x.rows()];
    double mean = 0;
    for (int i = 0; i < pseudo.length; i++) {
      mean += before.confidence(i) / pseudo.length;
    }
    confidence[0] = keep * confidence[0] + (1 - keep) * mean;
    int kept = 0;
    for (int i = 0; i < pseudo.length; i++) {
      pseudo[i] = before.best(i);
      if (before.confidence(i) >= Math.sqrt(confidence[0])) {
        kept++;
      } else {
        pseudoWeights[i] = 0;
      }
    }
    double mixed = mixedStep(run, before);
    try (Tape tape = run.student(x)) {
      run.observe(tape);
      double loss = Double.NaN;
      if (kept > 0) {
        for (int i = 0; i < pseudoWeights.length; i++) {
          pseudoWeights[i] *= (double) pseudoWeights.length / kept;
        }
        loss = crossEntropy(run, tape, pseudo, pseudoWeights);
      }
      double norm = run.descend();
      return new MethodStep(tape.logits(), List.of(mixed, loss), norm, kept);
    }
  }

  private double mixedStep(MethodRun run, Rows target) {
    LabelledBatch batch = replay.next();
    int n = Math.min(batch.x().rows(), target.rows());
    int[] first = IntStream.range(0, n).toArray();
    Tensor source = batch.x().rows(first);
    Rows predicted = Rows.of(run.logits(source, run.theta()));
    float[] mix = new float[source.data().length];
    int size = source.rowSize();
    for (int i = 0; i < n; i++) {
      int partner = mostLike(predicted, i, target) * size;
      for (int d = 0; d < size; d++) {
        mix[i * size + d] =
            (float)
                (share * run.x().data()[partner + d] + (1 - share) * source.data()[i * size + d]);
      }
    }
    double[] weights = new double[n];
    Arrays.fill(weights, 1);
    try (Tape tape = run.student(new Tensor(mix, source.shape()))) {
      double loss = crossEntropy(run, tape, Arrays.copyOf(batch.labels(), n), weights);
      run.descend();
      return loss;
    }
  }

  private static int mostLike(Rows of, int row, Rows among) {
    int classes = of.classes();
    int best = 0;
    double most = Double.NEGATIVE_INFINITY;
    for (int j = 0; j < among.rows(); j++) {
      double product = 0;
      for (int c = 0; c < classes; c++) {
        product +=
            (double) of.probabilities()[row * classes + c] * among.probabilities()[j * classes + c];
      }
      if (product > most) {
        most = product;
        best = j;
      }
    }
    return best;
  }

  private static double crossEntropy(MethodRun run, Tape tape, int[] labels, double[] weights) {
    float[] dLogits = new float[tape.logits().data().length];
    float[] dFeatures = new float[tape.features().data().length];
    Pass pass = new Pass(tape.logits(), tape.features(), weights);
    double loss = new CrossEntropy(labels).evaluate(pass, dLogits, dFeatures);
    run.backward(tape, dLogits, null);
    return loss;
  }

  @Override
  public void state(StateArrays arrays) {
    arrays.add("confidence", confidence);
    replay.state(arrays);
  }

  @Override
  public void restart(MethodRun run) {
    replay.restart();
    confidence[0] = start;
  }
}
