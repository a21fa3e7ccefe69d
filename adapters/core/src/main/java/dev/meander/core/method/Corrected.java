package dev.meander.core.method;

import dev.meander.core.correct.Affinity;
import dev.meander.core.correct.Lame;
import dev.meander.core.correct.OutputCorrector;
import dev.meander.core.correct.SupportCentroids;
import dev.meander.core.model.Tape;
import dev.meander.core.normalise.Normaliser;
import dev.meander.core.optimise.StateArrays;
import dev.meander.core.tensor.Tensor;
import java.util.List;

/**
 * The frozen model with corrected outputs: {@code lame} ({@link Lame}) and {@code t3a} ({@link
 * SupportCentroids}). Source statistics; nothing is trained, so nothing is published.
 */
final class Corrected implements Procedure {

  private static final Constant AFFINITY =
      new Constant("affinity", 0, 0, 2, "0 is rbf, 1 is the nearest neighbours, 2 is linear.");
  private static final Constant NEIGHBOURS =
      new Constant("k", 5, 1, 1000, "Neighbours that set the scale of the affinity.");
  private static final Constant ITERATIONS =
      new Constant("max-iterations", 100, 1, 10_000, "Limit of iterations.");
  private static final Constant TOLERANCE =
      new Constant(
          "relative-tolerance", 1e-8, 0, 1, "Relative change of the energy that ends them.");
  private static final Constant SYMMETRY =
      new Constant("force-symmetry", 0, 0, 1, "1 averages the affinities with their transpose.");
  private static final Constant SUPPORTS =
      new Constant("supports", 20, 1, 10_000, "Features that a class keeps.");

  static final Declaration LAME =
      Declaration.frozen(
              "lame",
              List.of(AFFINITY, NEIGHBOURS, ITERATIONS, TOLERANCE, SYMMETRY),
              setting ->
                  setting.frozen(new Normaliser.Source(), run -> new Corrected(lame(setting))))
          .needing(Need.FEATURES);
  static final Declaration T3A =
      Declaration.frozen(
              "t3a",
              List.of(SUPPORTS),
              setting ->
                  setting.frozen(
                      new Normaliser.Source(),
                      run -> {
                        Head head = run.head();
                        return new Corrected(
                            new SupportCentroids(
                                head.weight(), head.bias(), setting.count(SUPPORTS)));
                      }))
          .needing(Need.FEATURES, Need.HEAD);

  private final OutputCorrector corrector;

  private Corrected(OutputCorrector corrector) {
    this.corrector = corrector;
  }

  private static Lame lame(Setting setting) {
    return new Lame(
        Affinity.values()[setting.count(AFFINITY)],
        setting.count(NEIGHBOURS),
        setting.count(ITERATIONS),
        setting.get(TOLERANCE),
        setting.get(SYMMETRY) != 0);
  }

  @Override
  public MethodStep step(MethodRun run) {
    try (Tape tape = run.predict(run.x(), run.theta())) {
      return MethodStep.predicted(corrector.correct(tape.logits(), tape.features()));
    }
  }

  @Override
  public Tensor predict(MethodRun run) {
    try (Tape tape = run.predict(run.x(), run.theta())) {
      return corrector.preview(tape.logits(), tape.features());
    }
  }

  @Override
  public void state(StateArrays arrays) {
    corrector.state(arrays);
  }

  @Override
  public void restart(MethodRun run) {
    corrector.restart();
  }
}
