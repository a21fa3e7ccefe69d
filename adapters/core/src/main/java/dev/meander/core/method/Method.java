package dev.meander.core.method;

import dev.meander.core.memory.MemoryConfig;
import dev.meander.core.model.AdaptableModel;
import dev.meander.core.normalise.StatisticsEstimate;
import dev.meander.core.optimise.Optimiser;
import dev.meander.core.optimise.StateArrays;
import dev.meander.core.tensor.Tensor;
import dev.meander.core.weights.Layout;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A learner's copy of a method. Owns the optimiser's state and that of its parts; parameters and
 * statistics are the learner's.
 *
 * <p>Outcomes of bad input: a batch without samples and a batch with logits that are not finite are
 * predicted and leave no trace; a gradient that is not finite makes no update.
 *
 * <p>Thread-safety: none; belongs to one learner.
 */
public final class Method {

  private final Composition composition;
  private final Layout trained;
  private final @Nullable Optimiser optimiser;
  private final MethodRun run;
  private final Procedure procedure;

  /** A method without source samples and with seed 0. */
  public Method(MethodConfig config, AdaptableModel model) {
    this(config, model, SourceBatches.NONE, 0);
  }

  /**
   * @param config which method, and its constants
   * @param model read for its inventory and base blocks
   * @param source samples of the source data, for methods that use them
   * @param seed of everything random
   * @throws IllegalArgumentException when the method trains blocks that the model does not have, or
   *     needs source samples and there are none
   */
  public Method(MethodConfig config, AdaptableModel model, SourceBatches source, long seed) {
    this.composition = Methods.compose(config);
    Layout inventory = model.spec().inventory();
    this.trained = inventory.select(composition.parameters());
    MethodNeeds.check(config, model.spec(), !source.isEmpty());
    source.check(model.spec());
    this.optimiser =
        composition.optimiser() == null ? null : composition.optimiser().create(trained.size());
    this.run =
        new MethodRun(model, trained, composition.normaliser().mode(), optimiser, source, seed);
    Procedure own = composition.start().begin(run);
    MemoryConfig memory = config.memory();
    this.procedure =
        memory.kind() == MemoryConfig.Kind.NONE
            ? own
            : new Remembering(
                own,
                memory.create(model.spec().classes(), model.spec().inputShape()),
                memory.every());
  }

  public Composition composition() {
    return composition;
  }

  /** The blocks this method trains. */
  public Layout trained() {
    return trained;
  }

  /** The base model's floats of {@link #trained}; not to be written. */
  public float[] baseTheta() {
    return run.baseTheta();
  }

  /** The optimiser's state; null when nothing is trained. */
  public @Nullable Optimiser optimiser() {
    return optimiser;
  }

  /** What the method remembers beside the optimiser's moments; live arrays. */
  public StateArrays state() {
    StateArrays arrays = new StateArrays();
    procedure.state(arrays);
    return arrays;
  }

  /** Shows the gradient of every loss, before the update it makes. */
  public void listen(GradientListener listener) {
    run.listen(listener);
  }

  /**
   * Takes chance in steps from {@code draws} from now on instead of from the seed: for following
   * runs whose draws were recorded.
   */
  public void drawFrom(RandomGenerator draws) {
    run.drawFrom(draws);
  }

  /**
   * The parameters to publish.
   *
   * @param theta the learner's, in the layout of {@link #trained}
   * @return the same layout; not to be written
   */
  public float[] served(float[] theta) {
    return procedure.served(theta);
  }

  /**
   * Adapts to one batch.
   *
   * @param model the module to run; bound anew before every pass
   * @param batch the samples
   * @param theta parameters in the layout of {@link #trained}; updated in place
   * @param statistics updated with the batch's statistics
   * @param keep share of the old statistics in the moving average
   */
  public MethodStep step(
      AdaptableModel model,
      Batch batch,
      float[] theta,
      StatisticsEstimate statistics,
      double keep) {
    if (batch.x().rows() == 0) {
      return MethodStep.predicted(new Tensor(new float[0], 0, model.spec().classes()));
    }
    run.enter(model, batch, theta, statistics, keep);
    try {
      if (batch.number() == 0) {
        procedure.prepare(run);
      }
      return procedure.step(run);
    } catch (NotFiniteException e) {
      run.enter(model, batch, theta, statistics, keep);
      return MethodStep.predicted(predictAsItIs());
    } finally {
      run.leave();
    }
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
    run.enter(model, Batch.of(x, 0), theta, statistics, 1);
    try {
      return predictAsItIs();
    } finally {
      run.leave();
    }
  }

  /**
   * Sends samples through the model forth and, where something is trained, back, each normalised by
   * itself, and changes nothing.
   *
   * @param model as in {@link #step}
   * @param x {@code [b, input...]}
   * @param theta parameters in the layout of {@link #trained}; not written
   * @param statistics not written
   */
  public void pass(AdaptableModel model, Tensor x, float[] theta, StatisticsEstimate statistics) {
    run.enter(model, Batch.of(x, 0), theta, statistics, 1);
    try {
      run.forthAndBack();
    } finally {
      run.leave();
    }
  }

  /**
   * Predicts the entered batch, with logits that are not finite if so. A pass over a part of it
   * says nothing of the other samples, which are to be answered all the same.
   */
  private Tensor predictAsItIs() {
    try {
      return procedure.predict(run);
    } catch (NotFiniteException e) {
      return e.logits().rows() == run.x().rows() ? e.logits() : run.logitsAsTheyAre();
    }
  }

  /**
   * Forgets the optimiser's moments and what the parts learned, and goes on from {@code theta}.
   *
   * @param model left at the base model
   */
  public void restart(AdaptableModel model, float[] theta, StatisticsEstimate statistics) {
    if (optimiser != null) {
      optimiser.reset();
    }
    run.enter(model, Batch.of(new Tensor(new float[0], 0), 0), theta, statistics, 1);
    try {
      procedure.restart(run);
    } finally {
      run.leave();
    }
  }
}
