package dev.meander.core.method;

import dev.meander.core.augment.Augmentation;
import dev.meander.core.augment.ContrastView;
import dev.meander.core.math.Softmax;
import dev.meander.core.math.Vectors;
import dev.meander.core.memory.Retrieval;
import dev.meander.core.model.NormMode;
import dev.meander.core.model.Tape;
import dev.meander.core.normalise.Normaliser;
import dev.meander.core.objective.CrossEntropy;
import dev.meander.core.objective.Diversity;
import dev.meander.core.objective.Pass;
import dev.meander.core.objective.Rows;
import dev.meander.core.optimise.OptimiserConfig;
import dev.meander.core.optimise.StateArrays;
import dev.meander.core.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/**
 * AdaContrast (Chen et al., "Contrastive test-time adaptation", CVPR 2022): all parameters, batch
 * statistics in training passes which running statistics follow, a key encoder that is a mean of
 * the student with running statistics of its own. From the paper's and a benchmark's description.
 *
 * <ol>
 *   <li>w weak view: f_w, z_w; pseudo-label argmax z_w, or, once 1024 samples were seen, argmax of
 *       the mean prediction of the 10 nearest features in {@link Retrieval};
 *   <li>key encoder average; k = key features of a strong view; s another strong view;
 *   <li>{@code L = CE(z_s, y) + L_ins + sum_c pbar_c ln(pbar_c + 1e-8)}, L_ins of {@link KeyQueue},
 *       pbar the batch's mean prediction; one step;
 *   <li>features and predictions of the key encoder for w go to the retrieval bank;
 *   <li>output: x after the step with running statistics.
 * </ol>
 *
 * <p>The key encoder runs before the student's strong view here, which changes nothing. Published
 * are the student's weights and running statistics.
 */
final class Adacontrast implements Procedure {

  private static final long OF_QUEUE = 12; // the purpose of its chance

  private static final Constant QUEUE =
      new Constant("queue-size", 16_384, 1, 1 << 20, "Keys in the queue.");
  private static final Constant TEMPERATURE =
      new Constant("temperature", 0.07, 1e-6, 1e6, "Temperature of the contrastive term.");
  private static final Constant NEIGHBOURS =
      new Constant("neighbours", 10, 1, 1000, "Neighbours that refine a pseudo-label.");
  private static final Constant REFINE_AFTER =
      new Constant(
          "refine-after-samples", 1024, 0, 1e9, "Samples seen before pseudo-labels are refined.");
  private static final Constant ALPHA =
      new Constant("alpha", 1, 0, 1e6, "Weight of the cross-entropy.");
  private static final Constant BETA =
      new Constant("beta", 1, 0, 1e6, "Weight of the contrastive term.");
  private static final Constant ETA =
      new Constant("eta", 1, 0, 1e6, "Weight of the diversity term.");
  private static final Constant BN_MOMENTUM =
      new Constant("bn-momentum", 0.1, 0, 1, "Share of the batch in running statistics.");

  static final Declaration DECLARATION =
      Declaration.training(
              "adacontrast",
              OptimiserConfig.sgd(2e-4, 0.9, true).withWeightDecay(1e-4),
              List.of(
                  EmaTeacher.KEEP,
                  QUEUE,
                  TEMPERATURE,
                  NEIGHBOURS,
                  REFINE_AFTER,
                  ALPHA,
                  BETA,
                  ETA,
                  BN_MOMENTUM),
              setting ->
                  setting.composition(
                      new Normaliser.MovingAverage(),
                      Setting.EVERYTHING,
                      run -> new Adacontrast(setting, run)))
          .needing(Need.FEATURES);

  private final EmaTeacher keyEncoder;
  private final float[] keyStatistics;
  private final float[] studentStatistics;
  private final KeyQueue queue;
  private final Retrieval bank;
  private final Augmentation weak;
  private final Augmentation strong;
  private final Augmentation key;
  private final int neighbours;
  private final int refineAfter;
  private final double alpha;
  private final double beta;
  private final double eta;
  private final double keep;
  private final double[] seen = new double[1];

  private Adacontrast(Setting setting, MethodRun run) {
    int width = run.spec().featureWidth();
    int size = setting.count(QUEUE);
    this.keyEncoder = new EmaTeacher(setting.get(EmaTeacher.KEEP), run.baseTheta());
    this.keyStatistics = run.baseStatistics().clone();
    this.studentStatistics = run.baseStatistics().clone();
    this.queue =
        new KeyQueue(
            size, width, run.classes(), setting.get(TEMPERATURE), run.startRandom(OF_QUEUE));
    this.bank = new Retrieval(size, width, run.classes());
    this.strong = setting.augmentation(0, new ContrastView(true));
    this.key = setting.augmentation(1, new ContrastView(true));
    this.weak = setting.hasAugmentations() ? (x, random) -> x : new ContrastView(false);
    this.neighbours = setting.count(NEIGHBOURS);
    this.refineAfter = setting.count(REFINE_AFTER);
    this.alpha = setting.get(ALPHA);
    this.beta = setting.get(BETA);
    this.eta = setting.get(ETA);
    this.keep = 1 - setting.get(BN_MOMENTUM);
  }

  @Override
  public MethodStep step(MethodRun run) {
    Tensor x = run.x();
    Tensor weakView = weak.apply(x, run.random(1));
    int[] pseudo;
    try (Tape tape = train(run, weakView, run.theta(), studentStatistics, false)) {
      pseudo = pseudoLabels(tape);
    }
    keyEncoder.follow(run.theta());
    Tensor keyView = key.apply(x, run.random(2));
    float[] keys;
    try (Tape tape = train(run, keyView, keyEncoder.weights(), keyStatistics, false)) {
      keys = tape.features().data();
    }
    double loss;
    Tensor strongView = strong.apply(x, run.random(3));
    try (Tape tape = train(run, strongView, run.theta(), studentStatistics, true)) {
      loss = loss(run, tape, keys, pseudo);
    }
    double norm = run.descend();
    try (Tape tape = train(run, weakView, keyEncoder.weights(), keyStatistics, false)) {
      remember(tape);
    }
    float[] served = run.statistics().estimate();
    System.arraycopy(studentStatistics, 0, served, 0, served.length);
    return new MethodStep(predict(run), List.of(loss), norm, x.rows());
  }

  /** A pass with batch statistics that the copy's running statistics follow. */
  private Tape train(
      MethodRun run, Tensor x, float[] weights, float[] statistics, boolean gradients) {
    Tape tape = run.forward(x, weights, statistics, run.mode(), gradients);
    Vectors.blendInPlace(statistics, run.batchStatistics(tape), keep);
    return tape;
  }

  private int[] pseudoLabels(Tape tape) {
    Rows rows = Rows.of(tape.logits());
    int[] labels = new int[rows.rows()];
    if (seen[0] >= refineAfter && bank.size() > 0) {
      for (int i = 0; i < labels.length; i++) {
        float[] mean = bank.mean(tape.features().row(i), neighbours);
        labels[i] = Softmax.argMax(mean, 0, mean.length);
      }
    } else {
      Arrays.setAll(labels, rows::best);
      seen[0] += labels.length;
    }
    return labels;
  }

  private double loss(MethodRun run, Tape tape, float[] keys, int[] pseudo) {
    double[] weights = run.weights();
    for (int i = 0; i < weights.length; i++) {
      weights[i] *= alpha;
    }
    float[] dLogits = new float[tape.logits().data().length];
    float[] dFeatures = new float[tape.features().data().length];
    Pass pass = new Pass(tape.logits(), tape.features(), weights);
    double loss = new CrossEntropy(pseudo).evaluate(pass, dLogits, dFeatures);
    loss += Diversity.add(Rows.of(tape.logits()), eta, dLogits);
    loss += queue.contrast(tape.features().data(), keys, pseudo, beta, dFeatures);
    run.backward(tape, dLogits, dFeatures);
    return loss;
  }

  private void remember(Tape tape) {
    Rows rows = Rows.of(tape.logits());
    for (int i = 0; i < rows.rows(); i++) {
      bank.add(tape.features().row(i), rows.row(i));
    }
  }

  @Override
  public Tensor predict(MethodRun run) {
    try (Tape tape = run.forward(run.x(), run.theta(), studentStatistics, NormMode.SOURCE, false)) {
      return tape.logits();
    }
  }

  @Override
  public void state(StateArrays arrays) {
    keyEncoder.state(arrays);
    arrays.add("teacher-statistics", keyStatistics);
    arrays.add("student-statistics", studentStatistics);
    arrays.add("seen", seen);
    queue.state(arrays);
    bank.state(arrays);
  }

  @Override
  public void restart(MethodRun run) {
    keyEncoder.restart(run.theta());
    float[] statistics = run.statistics().estimate();
    System.arraycopy(statistics, 0, keyStatistics, 0, statistics.length);
    System.arraycopy(statistics, 0, studentStatistics, 0, statistics.length);
    queue.restart(run.startRandom(OF_QUEUE));
    bank.clear();
    seen[0] = 0;
  }
}
