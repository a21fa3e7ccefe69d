package dev.meander.core.method;

import dev.meander.core.model.NormMode;
import dev.meander.core.model.Tape;
import dev.meander.core.normalise.Normaliser;
import dev.meander.core.tensor.Tensor;
import java.util.List;

/**
 * Methods that train nothing: they only choose what batch norms normalise with.
 *
 * <ul>
 *   <li>{@code source}: the source statistics, the frozen model.
 *   <li>{@code bn-1}: the batch's mean and biased variance (Schneider et al., "Improving robustness
 *       against common corruptions by covariate shift adaptation", NeurIPS 2020, with no share of
 *       the source).
 *   <li>{@code alpha-bn}: {@code (1-a) source + a batch} with the unbiased batch variance (You, Li
 *       and Zhao, "Test-time batch statistics calibration for covariate shift", arXiv 2110.04065;
 *       there the letter weights the source).
 *   <li>{@code bn-ema}: a moving average of batch statistics that takes in the batch before it
 *       predicts it.
 * </ul>
 */
final class Frozen {

  private static final Procedure FORWARD = Frozen::predict;

  static final Constant BATCH_SHARE =
      new Constant("alpha", 0.1, 0.000001, 0.999999, "Weight of the batch statistics in alpha-bn.");

  static final Declaration SOURCE =
      Declaration.frozen(
          "source", List.of(), setting -> setting.frozen(new Normaliser.Source(), run -> FORWARD));
  static final Declaration BN_1 =
      Declaration.frozen(
              "bn-1", List.of(), setting -> setting.frozen(new Normaliser.Batch(), run -> FORWARD))
          .needing(Need.STEERED_NORMS);
  static final Declaration ALPHA_BN =
      Declaration.frozen(
              "alpha-bn",
              List.of(BATCH_SHARE),
              setting ->
                  setting.frozen(new Normaliser.Blend(setting.get(BATCH_SHARE)), run -> FORWARD))
          .needing(Need.STEERED_NORMS);
  static final Declaration BN_EMA =
      Declaration.frozen(
              "bn-ema",
              List.of(),
              setting -> setting.frozen(new Normaliser.MovingAverage(), run -> new MovingAverage()))
          .needing(Need.STEERED_NORMS);

  private Frozen() {}

  private static MethodStep predict(MethodRun run) {
    try (Tape tape = run.predict(run.x(), run.theta())) {
      run.observe(tape);
      return MethodStep.predicted(tape.logits());
    }
  }

  /** Statistics that take in the batch before they predict it. */
  private static final class MovingAverage implements Procedure {

    @Override
    public MethodStep step(MethodRun run) {
      FORWARD.step(run);
      return MethodStep.predicted(predict(run));
    }

    @Override
    public Tensor predict(MethodRun run) {
      float[] estimate = run.statistics().estimate();
      try (Tape tape = run.forward(run.x(), run.theta(), estimate, NormMode.SOURCE, false)) {
        return tape.logits();
      }
    }
  }
}
