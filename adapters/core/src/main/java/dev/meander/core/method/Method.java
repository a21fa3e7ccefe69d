package dev.meander.core.method;

import dev.meander.core.math.Vectors;
import dev.meander.core.model.AdaptableModel;
import dev.meander.core.model.NormMode;
import dev.meander.core.model.Tape;
import dev.meander.core.normalise.Normaliser;
import dev.meander.core.normalise.StatisticsEstimate;
import dev.meander.core.objective.Objective;
import dev.meander.core.objective.Pass;
import dev.meander.core.optimise.Optimiser;
import dev.meander.core.tensor.Tensor;
import dev.meander.core.weights.Block;
import dev.meander.core.weights.Layout;
import org.jspecify.annotations.Nullable;

/**
 * Runs a composition: one forward pass, one loss, one update. Owns the optimiser's state;
 * parameters and statistics are the learner's.
 *
 * <p>Thread-safety: none; belongs to one learner.
 */
public final class Method {

  private final Composition composition;
  private final Layout trained;
  private final @Nullable Optimiser optimiser;
  private final float[] gradient;

  /**
   * @param composition the method
   * @param inventory blocks of the model
   * @throws IllegalArgumentException when the method trains blocks that the model does not have
   */
  public Method(Composition composition, Layout inventory) {
    this.composition = composition;
    this.trained = inventory.select(composition.parameters());
    if (composition.optimiser() != null && trained.size() == 0) {
      throw new IllegalArgumentException(
          "method "
              + composition.name()
              + ": expected a model with normalisation gains and shifts, found none among "
              + inventory.blocks().size()
              + " blocks");
    }
    this.optimiser =
        composition.optimiser() == null ? null : composition.optimiser().create(trained.size());
    this.gradient = new float[trained.size()];
  }

  public Composition composition() {
    return composition;
  }

  /** The blocks this method trains. */
  public Layout trained() {
    return trained;
  }

  /** The optimiser's state; null when nothing is trained. */
  public @Nullable Optimiser optimiser() {
    return optimiser;
  }

  /**
   * Adapts to one batch.
   *
   * @param model bound to {@code theta} and to the source statistics by {@link #bind}
   * @param x {@code [b, input...]}
   * @param weights weight of each sample {@code [b]}
   * @param theta parameters in the layout of {@link #trained}; updated in place
   * @param statistics updated with the batch's statistics
   * @param keep share of the old statistics in the moving average
   */
  public MethodStep step(
      AdaptableModel model,
      Tensor x,
      double[] weights,
      float[] theta,
      StatisticsEstimate statistics,
      double keep) {
    bind(model, theta, statistics);
    Objective objective = composition.objective();
    MethodStep step;
    try (Tape tape = model.forward(x, composition.normaliser().mode(), objective != null)) {
      observe(tape, statistics, keep);
      step =
          objective == null
              ? new MethodStep(tape.logits(), Double.NaN, 0)
              : update(tape, objective, weights, theta);
    }
    if (composition.normaliser() instanceof Normaliser.MovingAverage) {
      write(model, statistics.layout(), statistics.estimate());
      try (Tape tape = model.forward(x, NormMode.SOURCE, false)) {
        return new MethodStep(tape.logits(), step.loss(), step.gradientNorm());
      }
    }
    return step;
  }

  /**
   * Predicts a batch as the next step would, and changes nothing.
   *
   * @param model as in {@link #step}
   * @param x {@code [b, input...]}
   * @param theta parameters in the layout of {@link #trained}; not written
   * @param statistics not written
   * @return logits {@code [b, classes]}
   */
  public Tensor predict(
      AdaptableModel model, Tensor x, float[] theta, StatisticsEstimate statistics) {
    bind(model, theta, statistics);
    NormMode mode = composition.normaliser().mode();
    if (composition.normaliser() instanceof Normaliser.MovingAverage) {
      write(model, statistics.layout(), statistics.estimate());
      mode = NormMode.SOURCE;
    }
    try (Tape tape = model.forward(x, mode, false)) {
      return tape.logits();
    }
  }

  /** Writes parameters and source statistics into a module that other learners share. */
  private void bind(AdaptableModel model, float[] theta, StatisticsEstimate statistics) {
    model.train(trained.blocks());
    write(model, trained, theta);
    write(model, statistics.layout(), statistics.source());
  }

  private static void write(AdaptableModel model, Layout layout, float[] values) {
    for (Block block : layout.blocks()) {
      float[] floats = new float[block.size()];
      System.arraycopy(values, layout.offset(block), floats, 0, floats.length);
      model.write(block, floats);
    }
  }

  private void observe(Tape tape, StatisticsEstimate statistics, double keep) {
    Layout layout = statistics.layout();
    if (layout.size() == 0 || !composition.normaliser().mode().usesBatch()) {
      return;
    }
    float[] batch = new float[layout.size()];
    for (Block block : layout.blocks()) {
      float[] floats = new float[block.size()];
      tape.statistic(block, floats);
      System.arraycopy(floats, 0, batch, layout.offset(block), floats.length);
    }
    statistics.observe(batch, keep);
  }

  private MethodStep update(Tape tape, Objective objective, double[] weights, float[] theta) {
    Pass pass = new Pass(tape.logits(), tape.features(), weights);
    float[] dLogits = new float[pass.logits().data().length];
    float[] dFeatures = new float[pass.features().data().length];
    double loss = objective.evaluate(pass, dLogits, dFeatures);
    tape.backward(dLogits, dFeatures);
    for (Block block : trained.blocks()) {
      float[] floats = new float[block.size()];
      tape.gradient(block, floats);
      System.arraycopy(floats, 0, gradient, trained.offset(block), floats.length);
    }
    if (optimiser == null) {
      throw new IllegalStateException("a method with an objective has an optimiser");
    }
    optimiser.step(theta, gradient);
    return new MethodStep(pass.logits(), loss, Vectors.norm(gradient));
  }
}
