package dev.meander.core.method;

import dev.meander.core.math.Mix;
import dev.meander.core.math.Vectors;
import dev.meander.core.model.AdaptableModel;
import dev.meander.core.model.ModelSpec;
import dev.meander.core.model.NormMode;
import dev.meander.core.model.Tape;
import dev.meander.core.normalise.StatisticsEstimate;
import dev.meander.core.optimise.Optimiser;
import dev.meander.core.tensor.Tensor;
import dev.meander.core.weights.Block;
import dev.meander.core.weights.Layout;
import dev.meander.core.weights.Role;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What a procedure works with: passes of any copy of the weights through the shared module, the
 * gradient they add up, and the update.
 *
 * <p>Copies of the weights are arrays in the layout of {@link #trained}; blocks that are not
 * trained are the base model's in every copy. Never forward another copy while a tape that still
 * has to go back is open: the engine reads the weights again on the way back.
 *
 * <p>Thread-safety: none; belongs to one learner.
 */
final class MethodRun {

  private final ModelSpec spec;
  private final Layout trained;
  private final NormMode mode;
  private final SourceBatches source;
  private final @Nullable Optimiser optimiser;
  private final long seed;
  private final float[] baseTheta;
  private final float[] baseStatistics;
  private final @Nullable Head head;
  private final float[] gradient;
  private final float[][] trainedBuffers;
  private final Layout statisticsLayout;
  private final float[][] statisticsBuffers;
  private final List<Runnable> onEnter = new ArrayList<>();
  private GradientListener listener = (part, values) -> {};
  private @Nullable RandomGenerator draws;
  private @Nullable Surroundings now;

  /** What holds during one step. */
  private record Surroundings(
      AdaptableModel model,
      Batch batch,
      float[] theta,
      StatisticsEstimate statistics,
      double keep) {}

  MethodRun(
      AdaptableModel model,
      Layout trained,
      NormMode mode,
      @Nullable Optimiser optimiser,
      SourceBatches source,
      long seed) {
    this.spec = model.spec();
    this.trained = trained;
    this.mode = mode;
    this.source = source;
    this.optimiser = optimiser;
    this.seed = seed;
    this.gradient = new float[trained.size()];
    this.trainedBuffers = buffers(trained);
    this.baseTheta = BaseFloats.of(model, trained);
    this.statisticsLayout = spec.inventory().select(block -> block.role().isStatistic());
    this.statisticsBuffers = buffers(statisticsLayout);
    this.baseStatistics = BaseFloats.of(model, statisticsLayout);
    this.head = readHead(model);
  }

  private static @Nullable Head readHead(AdaptableModel model) {
    Layout inventory = model.spec().inventory();
    Layout weight = inventory.select(block -> block.role() == Role.HEAD_WEIGHT);
    Layout bias = inventory.select(block -> block.role() == Role.HEAD_BIAS);
    int classes = model.spec().classes();
    if (!model.spec().hasFeatures() || weight.size() != classes * model.spec().featureWidth()) {
      return null;
    }
    return new Head(
        BaseFloats.of(model, weight),
        bias.size() == classes ? BaseFloats.of(model, bias) : new float[classes]);
  }

  private static float[][] buffers(Layout layout) {
    return layout.blocks().stream().map(block -> new float[block.size()]).toArray(float[][]::new);
  }

  void enter(
      AdaptableModel model,
      Batch batch,
      float[] theta,
      StatisticsEstimate statistics,
      double keep) {
    now = new Surroundings(model, batch, theta, statistics, keep);
    Arrays.fill(gradient, 0);
    onEnter.forEach(Runnable::run);
    model.train(trained.blocks());
  }

  /** Clears at the start of every step what a step that failed may have left. */
  void onEnter(Runnable clear) {
    onEnter.add(clear);
  }

  /** Ends a step; the module is left at the base model, as other methods expect to find it. */
  void leave() {
    bind(now().model(), baseTheta, baseStatistics);
    now = null;
  }

  /** Goes on with other samples, each of weight 1. */
  void replaceBatch(Tensor x) {
    Surroundings old = now();
    now =
        new Surroundings(
            old.model(),
            Batch.of(x, old.batch().number()),
            old.theta(),
            old.statistics(),
            old.keep());
  }

  private void bind(AdaptableModel model, float[] weights, float[] statistics) {
    write(model, trained, trainedBuffers, weights);
    write(model, statisticsLayout, statisticsBuffers, statistics);
  }

  private static void write(
      AdaptableModel model, Layout layout, float[][] buffers, float[] values) {
    for (int i = 0; i < buffers.length; i++) {
      Block block = layout.blocks().get(i);
      System.arraycopy(values, layout.offset(block), buffers[i], 0, buffers[i].length);
      model.write(block, buffers[i]);
    }
  }

  private Surroundings now() {
    if (now == null) {
      throw new IllegalStateException("expected a step in progress, found none");
    }
    return now;
  }

  ModelSpec spec() {
    return spec;
  }

  int classes() {
    return spec.classes();
  }

  /** Layout of the weights' copies. */
  Layout trained() {
    return trained;
  }

  SourceBatches source() {
    return source;
  }

  /** The batch's inputs. */
  Tensor x() {
    return now().batch().x();
  }

  /** The batch's sample weights; a fresh copy. */
  double[] weights() {
    return now().batch().weights().clone();
  }

  /** The student's parameters; live. */
  float[] theta() {
    return now().theta();
  }

  /** Layout of the model's statistics. */
  Layout statisticsLayout() {
    return statisticsLayout;
  }

  /** The base model's parameters; do not write. */
  float[] baseTheta() {
    return baseTheta;
  }

  /** The base model's statistics; do not write. */
  float[] baseStatistics() {
    return baseStatistics;
  }

  /**
   * The base model's linear head.
   *
   * @throws IllegalArgumentException when the model has none
   */
  Head head() {
    if (head == null) {
      throw new IllegalArgumentException(
          "expected a model with a linear head of "
              + spec.classes()
              + " x "
              + spec.featureWidth()
              + " weights, found none");
    }
    return head;
  }

  /** Steps made before this one. */
  long number() {
    return now().batch().number();
  }

  /** The moving average of statistics that versions are served with; live. */
  StatisticsEstimate statistics() {
    return now().statistics();
  }

  /** The composition's normalisation. */
  NormMode mode() {
    return mode;
  }

  /**
   * Chance for one purpose of this step.
   *
   * @param purpose tells the uses in one step apart
   */
  RandomGenerator random(long purpose) {
    return draws == null ? Mix.random(seed, now().batch().number(), purpose) : draws;
  }

  void drawFrom(RandomGenerator next) {
    draws = next;
  }

  /** Chance that does not depend on the step. */
  SplittableRandom startRandom(long purpose) {
    return Mix.random(seed, purpose);
  }

  /**
   * Runs a batch through a copy of the weights.
   *
   * @param weights in the layout of {@link #trained}
   * @param statistics in the layout of the model's statistics
   * @throws NotFiniteException when a logit is not finite
   */
  Tape forward(Tensor x, float[] weights, float[] statistics, NormMode norm, boolean gradients) {
    AdaptableModel model = now().model();
    bind(model, weights, statistics);
    Tape tape = model.forward(x, norm, gradients);
    if (!Vectors.allFinite(tape.logits().data())) {
      tape.close();
      throw new NotFiniteException(tape.logits());
    }
    return tape;
  }

  /** The student with source statistics in {@link #mode}, ready to go back. */
  Tape student(Tensor x) {
    return forward(x, theta(), statistics().source(), mode, true);
  }

  /** Another copy with source statistics in {@link #mode}, not to go back. */
  Tape predict(Tensor x, float[] weights) {
    return forward(x, weights, statistics().source(), mode, false);
  }

  /** Logits of another copy with source statistics in {@link #mode}. */
  Tensor logits(Tensor x, float[] weights) {
    try (Tape tape = predict(x, weights)) {
      return tape.logits();
    }
  }

  /** The student's logits of the whole batch, finite or not. */
  Tensor logitsAsTheyAre() {
    bind(now().model(), theta(), statistics().source());
    try (Tape tape = now().model().forward(x(), mode, false)) {
      return tape.logits();
    }
  }

  /** One pass of the batch under the source's statistics, and back where blocks are trained. */
  void forthAndBack() {
    bind(now().model(), theta(), statistics().source());
    try (Tape tape = now().model().forward(x(), NormMode.SOURCE, trained.size() > 0)) {
      float[] dLogits = tape.logits().data().clone();
      if (trained.size() > 0) {
        tape.backward(dLogits, null);
      }
    }
  }

  /** Takes the batch statistics of a pass into the average that versions are served with. */
  void observe(Tape tape) {
    StatisticsEstimate statistics = statistics();
    if (statistics.layout().size() > 0 && mode.usesBatch()) {
      statistics.observe(batchStatistics(tape), now().keep());
    }
  }

  /** The batch statistics of a pass, in the layout of the model's statistics. */
  float[] batchStatistics(Tape tape) {
    float[] batch = new float[statisticsLayout.size()];
    for (int i = 0; i < statisticsBuffers.length; i++) {
      Block block = statisticsLayout.blocks().get(i);
      float[] buffer = statisticsBuffers[i];
      tape.statistic(block, buffer);
      System.arraycopy(buffer, 0, batch, statisticsLayout.offset(block), buffer.length);
    }
    return batch;
  }

  /** Goes back through a pass and adds to the gradient. */
  void backward(Tape tape, float @Nullable [] dLogits, float @Nullable [] dFeatures) {
    boolean none = dFeatures != null && dFeatures.length == 0; // a model without features
    tape.backward(dLogits, none ? null : dFeatures);
    for (int i = 0; i < trainedBuffers.length; i++) {
      Block block = trained.blocks().get(i);
      float[] buffer = trainedBuffers[i];
      tape.gradient(block, buffer);
      int offset = trained.offset(block);
      for (int j = 0; j < buffer.length; j++) {
        gradient[offset + j] += buffer[j];
      }
    }
  }

  void listen(GradientListener next) {
    listener = next;
  }

  /** Shows the gradient to the listener; {@link #descend} does so by itself. */
  void reportGradient() {
    listener.onGradient("theta", gradient);
  }

  /** Shows the gradient of one of the method's own parts to the listener. */
  void reportGradient(String part, float[] values) {
    listener.onGradient(part, values);
  }

  /** The gradient so far; live. */
  float[] gradient() {
    return gradient;
  }

  /**
   * Updates the student with the gradient and clears it. A gradient that is not finite is dropped.
   *
   * @return its norm; NaN or infinite when it was dropped
   */
  double descend() {
    reportGradient();
    double norm = Vectors.norm(gradient);
    if (Double.isFinite(norm)) {
      optimiser().step(theta(), gradient);
    }
    clearGradient();
    return norm;
  }

  /** As {@link #descend} with another learning rate and without showing the gradient. */
  void warmUp(double learningRate) {
    if (Double.isFinite(Vectors.norm(gradient))) {
      optimiser().step(theta(), gradient, learningRate);
    }
    clearGradient();
  }

  /** Forgets the gradient so far. */
  void clearGradient() {
    Arrays.fill(gradient, 0);
  }

  /** The student's update rule. */
  Optimiser optimiser() {
    if (optimiser == null) {
      throw new IllegalStateException("a method that trains has an optimiser");
    }
    return optimiser;
  }

  /** Puts the student back to the base model. */
  void resetTheta() {
    System.arraycopy(baseTheta, 0, theta(), 0, baseTheta.length);
  }
}
