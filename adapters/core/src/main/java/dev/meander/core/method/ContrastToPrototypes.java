package dev.meander.core.method;

import dev.meander.core.memory.Prototypes;
import dev.meander.core.model.Tape;
import dev.meander.core.objective.ContrastiveViews;
import dev.meander.core.optimise.StateArrays;
import dev.meander.core.tensor.LabelledBatch;
import dev.meander.core.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * RMT's contrastive term: each sample's feature, that of its augmented view and the prototype
 * nearest to it (cosine) are pulled together behind a {@link Projector}; see {@link
 * ContrastiveViews}.
 *
 * <p>Prototypes are mean source features of each class at the base model, normalised as the method
 * does. Without source samples, and for a class that has none, the rows of the linear head stand
 * for them; that is ours.
 */
final class ContrastToPrototypes {

  static final Constant TEMPERATURE =
      new Constant("temperature", 0.1, 1e-6, 1e6, "Temperature of the contrastive term.");
  static final Constant WIDTH =
      new Constant("projection-dim", 128, 1, 4096, "Width of the projector.");

  private static final int VIEWS = 3;

  private final Head head;
  private final Prototypes prototypes;
  private final Projector projector;
  private final double temperature;
  private final int width;

  ContrastToPrototypes(Setting setting, MethodRun run) {
    this.width = run.spec().featureWidth();
    this.head = run.head();
    this.prototypes = new Prototypes(run.classes(), width);
    this.projector = new Projector(width, setting.count(WIDTH), setting.optimiser(), chance(run));
    run.onEnter(projector::clear);
    this.temperature = setting.get(TEMPERATURE);
  }

  /** Measures the prototypes. */
  void prepare(MethodRun run) {
    Prototypes.Mean mean = new Prototypes.Mean(run.classes(), width);
    for (LabelledBatch batch : run.source().batches()) {
      try (Tape tape = run.predict(batch.x(), run.baseTheta())) {
        mean.add(tape.features(), batch.labels());
      }
    }
    mean.write(prototypes, head.weight());
  }

  /**
   * Adds {@code weight} times the term.
   *
   * @param dClean receives the gradient with respect to {@code clean}, added
   * @param dViewed the same for {@code viewed}
   */
  double add(Tensor clean, Tensor viewed, double weight, float[] dClean, float[] dViewed) {
    int n = clean.rows();
    int size = n * width;
    float[] rows = new float[VIEWS * size];
    for (int i = 0; i < n; i++) {
      float[] nearest = prototypes.vector(prototypes.nearest(clean.row(i)));
      System.arraycopy(nearest, 0, rows, i * width, width);
    }
    System.arraycopy(clean.data(), 0, rows, size, size);
    System.arraycopy(viewed.data(), 0, rows, 2 * size, size);
    Projector.Pass pass = projector.forward(rows);
    float[] dProjected = new float[pass.projected().length];
    double loss =
        ContrastiveViews.evaluate(
            pass.projected(), VIEWS, projector.out(), temperature, weight, dProjected);
    float[] dRows = projector.backward(pass, dProjected);
    for (int i = 0; i < size; i++) {
      dClean[i] += dRows[size + i];
      dViewed[i] += dRows[2 * size + i];
    }
    return loss;
  }

  /** Updates the projector. */
  void descend(MethodRun run) {
    projector.descend(run);
  }

  /** Constants of the term followed by {@code others}. */
  static List<Constant> constantsAnd(Constant... others) {
    Constant[] all = Arrays.copyOf(new Constant[] {TEMPERATURE, WIDTH}, 2 + others.length);
    System.arraycopy(others, 0, all, 2, others.length);
    return List.of(all);
  }

  void state(StateArrays arrays) {
    prototypes.state(arrays);
    projector.state(arrays);
  }

  void restart(MethodRun run) {
    projector.restart(chance(run));
  }

  private static SplittableRandom chance(MethodRun run) {
    return run.startRandom(11);
  }
}
