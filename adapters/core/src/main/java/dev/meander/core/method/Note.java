package dev.meander.core.method;

import dev.meander.core.math.Vectors;
import dev.meander.core.memory.BalancedReservoir;
import dev.meander.core.model.NormMode;
import dev.meander.core.model.Tape;
import dev.meander.core.normalise.Normaliser;
import dev.meander.core.objective.Entropy;
import dev.meander.core.objective.Pass;
import dev.meander.core.objective.Rows;
import dev.meander.core.optimise.OptimiserConfig;
import dev.meander.core.optimise.StateArrays;
import dev.meander.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * NOTE (Gong et al., "NOTE: robust continual test-time adaptation against temporal correlation",
 * NeurIPS 2022): every sample is predicted at once with learned statistics and offered to a
 * prediction-balanced reservoir of 64 ({@link BalancedReservoir}); after every 64th one step lowers
 * the mean entropy over the reservoir, and running statistics take in a hundredth of the
 * reservoir's.
 *
 * <p>An update within a batch counts for the samples after it: they are predicted again.
 *
 * <p>Where we differ: the paper trains its source model with instance-aware batch norm; a model
 * that was not has none, and ordinary batch norm is used. Trained are gains and shifts. The
 * authors' code divides the entropy by the number of classes as well, which Adam, their rule, takes
 * back, and would cut a reservoir of more than 128 into several steps. The weights of the gate are
 * not used.
 *
 * <p>Its golden trace is that of an independent reference, {@code tests/parity/methods.py}.
 */
final class Note implements Procedure {

  private static final Constant MEMORY =
      new Constant("memory-size", 64, 1, 65_536, "Samples in the reservoir.");
  private static final Constant EVERY =
      new Constant("update-every", 64, 1, 65_536, "Samples between two updates.");
  private static final Constant BN_MOMENTUM =
      new Constant("bn-momentum", 0.01, 0, 1, "Share of the reservoir in running statistics.");

  static final Declaration DECLARATION =
      Declaration.training(
          "note",
          OptimiserConfig.adam(1e-4),
          List.of(MEMORY, EVERY, BN_MOMENTUM),
          setting ->
              setting.composition(
                  new Normaliser.MovingAverage(),
                  Setting.NORM_AFFINE,
                  run -> new Note(setting, run)));

  private final BalancedReservoir bank;
  private final float[] studentStatistics;
  private final int every;
  private final double keep;
  private final double[] offers = new double[1];

  private Note(Setting setting, MethodRun run) {
    this.bank =
        new BalancedReservoir(setting.count(MEMORY), run.classes(), run.spec().inputShape());
    this.studentStatistics = run.baseStatistics().clone();
    this.every = setting.count(EVERY);
    this.keep = 1 - setting.get(BN_MOMENTUM);
  }

  @Override
  public MethodStep step(MethodRun run) {
    Tensor x = run.x();
    Tensor first = predict(run);
    float[] logits = first.data().clone();
    Rows rows = Rows.of(first);
    List<Double> losses = new ArrayList<>();
    double norm = 0;
    int adapted = 0;
    int from = 0; // sample of the first of rows
    for (int i = 0; i < x.rows(); i++) {
      bank.offer(x.row(i), rows.best(i - from), rows.entropy(i - from), run.random(i));
      offers[0]++;
      if (offers[0] % every == 0) {
        losses.add(update(run));
        norm = run.descend();
        adapted += bank.size();
        from = i + 1;
        if (from < x.rows()) {
          int to = Math.min(x.rows(), from + every);
          Tensor next = predict(run, x.rows(IntStream.range(from, to).toArray()));
          System.arraycopy(next.data(), 0, logits, from * run.classes(), next.data().length);
          rows = Rows.of(next);
        }
      }
    }
    float[] served = run.statistics().estimate();
    System.arraycopy(studentStatistics, 0, served, 0, served.length);
    return new MethodStep(new Tensor(logits, first.shape()), losses, norm, adapted);
  }

  private double update(MethodRun run) {
    Tensor x = bank.content().x();
    try (Tape tape = run.forward(x, run.theta(), studentStatistics, run.mode(), true)) {
      double[] weights = new double[x.rows()];
      Arrays.fill(weights, 1);
      float[] dLogits = new float[tape.logits().data().length];
      float[] dFeatures = new float[tape.features().data().length];
      Pass pass = new Pass(tape.logits(), tape.features(), weights);
      double loss = new Entropy().evaluate(pass, dLogits, dFeatures);
      run.backward(tape, dLogits, null);
      Vectors.blendInPlace(studentStatistics, run.batchStatistics(tape), keep);
      return loss;
    }
  }

  @Override
  public Tensor predict(MethodRun run) {
    return predict(run, run.x());
  }

  private Tensor predict(MethodRun run, Tensor x) {
    try (Tape tape = run.forward(x, run.theta(), studentStatistics, NormMode.SOURCE, false)) {
      return tape.logits();
    }
  }

  @Override
  public void state(StateArrays arrays) {
    bank.state(arrays);
    arrays.add("student-statistics", studentStatistics);
    arrays.add("offers", offers);
  }

  @Override
  public void restart(MethodRun run) {
    float[] statistics = run.statistics().estimate();
    System.arraycopy(statistics, 0, studentStatistics, 0, statistics.length);
    bank.clear();
    offers[0] = 0;
  }
}
