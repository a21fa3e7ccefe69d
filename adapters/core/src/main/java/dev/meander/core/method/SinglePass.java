package dev.meander.core.method;

import dev.meander.core.model.Tape;
import dev.meander.core.objective.Objective;
import dev.meander.core.objective.Pass;
import dev.meander.core.optimise.StateArrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One forward pass, weights for its samples, one loss over those that are kept, one update. The
 * loss is a mean over the kept samples; without any there is no update.
 */
final class SinglePass implements Procedure {

  private final Objective objective;
  private final List<SampleWeighting> weightings;
  private final @Nullable FisherPenalty penalty;

  private SinglePass(
      Objective objective, List<SampleWeighting> weightings, @Nullable FisherPenalty penalty) {
    this.objective = objective;
    this.weightings = List.copyOf(weightings);
    this.penalty = penalty;
  }

  /** A mean over the whole batch. */
  static SinglePass of(Objective objective) {
    return new SinglePass(objective, List.of(), null);
  }

  /** A weighted mean over the samples that every weighting keeps. */
  static SinglePass of(Objective objective, List<SampleWeighting> weightings) {
    return new SinglePass(objective, weightings, null);
  }

  /** The same with a pull to the source parameters. */
  SinglePass with(FisherPenalty pull) {
    return new SinglePass(objective, weightings, pull);
  }

  @Override
  public void prepare(MethodRun run) {
    if (penalty != null) {
      penalty.measure(run);
    }
  }

  @Override
  public MethodStep step(MethodRun run) {
    try (Tape tape = run.student(run.x())) {
      run.observe(tape);
      double[] weights = run.weights();
      Pass pass = new Pass(tape.logits(), tape.features(), weights);
      weightings.forEach(weighting -> weighting.weigh(pass, weights));
      int kept = rescaleToKept(weights);
      if (kept == 0) {
        return MethodStep.predicted(tape.logits());
      }
      float[] dLogits = new float[pass.logits().data().length];
      float[] dFeatures = new float[pass.features().data().length];
      double loss = objective.evaluate(pass, dLogits, dFeatures);
      run.backward(tape, dLogits, dFeatures);
      if (penalty != null) {
        loss += penalty.add(run.theta(), run.baseTheta(), run.gradient());
      }
      return new MethodStep(tape.logits(), List.of(loss), run.descend(), kept);
    }
  }

  /** Objectives divide by the batch; a mean over the kept samples divides by their number. */
  private int rescaleToKept(double[] weights) {
    int kept = 0;
    for (double weight : weights) {
      kept += weight > 0 ? 1 : 0;
    }
    if (!weightings.isEmpty() && kept > 0) {
      for (int i = 0; i < weights.length; i++) {
        weights[i] *= (double) weights.length / kept;
      }
    }
    return kept;
  }

  @Override
  public void state(StateArrays arrays) {
    weightings.forEach(weighting -> weighting.state(arrays));
    if (penalty != null) {
      penalty.state(arrays);
    }
  }

  @Override
  public void restart(MethodRun run) {
    weightings.forEach(SampleWeighting::restart);
  }
}
