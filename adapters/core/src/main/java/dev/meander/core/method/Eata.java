package dev.meander.core.method;

import dev.meander.core.objective.Entropy;
import dev.meander.core.optimise.OptimiserConfig;
import dev.meander.core.optimise.StateArrays;
import dev.meander.core.tensor.Tensor;
import java.util.List;

/**
 * The family of EATA (Niu et al., "Efficient test-time model adaptation without forgetting", ICML
 * 2022): batch statistics, gains and shifts of the norm layers, and
 *
 * <p>{@code L = (1/|S|) sum_S exp(E0 - H_i) H_i + beta sum_j F_j (theta_j - theta0_j)^2}
 *
 * <p>over the samples S that are {@link Reliable} and {@link NonRedundant}; no update without any.
 *
 * <ul>
 *   <li>{@code eta}: without the second term.
 *   <li>{@code eata}: with it; F is measured on source samples before the first batch.
 *   <li>{@code rdumb}: eta, and weights, moments and moving mean go back to the start after every
 *       1000th batch (Press et al., "RDumb", NeurIPS 2023; there before every 1000th, which is the
 *       same from the first one on).
 * </ul>
 */
final class Eata {

  private static final Constant BETA =
      new Constant("fisher-beta", 1, 0, 1e9, "Strength of the pull to the source parameters.");
  private static final Constant RESET =
      new Constant(
          "reset-every-updates", 0, 0, 1e9, "Batches after which all is reset; 0 is never.");

  static final Declaration ETA =
      Declaration.training(
          "eta",
          OptimiserConfig.adam(1e-3),
          List.of(Reliable.E0_FACTOR, NonRedundant.MARGIN, NonRedundant.KEEP, RESET),
          setting -> setting.normAffine(run -> resetting(setting, entropy(setting, run))));
  static final Declaration EATA =
      Declaration.training(
              "eata",
              OptimiserConfig.adam(1e-3),
              List.of(Reliable.E0_FACTOR, NonRedundant.MARGIN, NonRedundant.KEEP, BETA, RESET),
              setting ->
                  setting.normAffine(
                      run -> {
                        FisherPenalty pull =
                            new FisherPenalty(setting.get(BETA), run.trained().size());
                        return resetting(setting, entropy(setting, run).with(pull));
                      }))
          .needing(Need.SOURCE_SAMPLES);
  static final Declaration RDUMB =
      Declaration.training(
          "rdumb",
          OptimiserConfig.adam(1e-3),
          List.of(Reliable.E0_FACTOR, NonRedundant.MARGIN, NonRedundant.KEEP, RESET.usually(1000)),
          setting -> setting.normAffine(run -> resetting(setting, entropy(setting, run))));

  private Eata() {}

  private static SinglePass entropy(Setting setting, MethodRun run) {
    int classes = run.classes();
    return SinglePass.of(
        new Entropy(),
        List.of(
            new Reliable(setting.get(Reliable.E0_FACTOR), classes),
            new NonRedundant(
                setting.get(NonRedundant.MARGIN), setting.get(NonRedundant.KEEP), classes)));
  }

  private static Procedure resetting(Setting setting, Procedure procedure) {
    int every = setting.count(RESET);
    return every == 0 ? procedure : new Resetting(procedure, every);
  }

  /** Goes back to the start after every so many batches. */
  private record Resetting(Procedure inner, int every) implements Procedure {

    @Override
    public MethodStep step(MethodRun run) {
      MethodStep step = inner.step(run);
      if ((run.number() + 1) % every == 0) {
        run.resetTheta();
        run.optimiser().reset();
        inner.restart(run);
      }
      return step;
    }

    @Override
    public Tensor predict(MethodRun run) {
      return inner.predict(run);
    }

    @Override
    public void prepare(MethodRun run) {
      inner.prepare(run);
    }

    @Override
    public void state(StateArrays arrays) {
      inner.state(arrays);
    }

    @Override
    public void restart(MethodRun run) {
      inner.restart(run);
    }

    @Override
    public float[] served(float[] theta) {
      return inner.served(theta);
    }
  }
}
