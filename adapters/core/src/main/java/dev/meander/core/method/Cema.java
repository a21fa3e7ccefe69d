package dev.meander.core.method;

import dev.meander.core.math.Vectors;
import dev.meander.core.memory.Window;
import dev.meander.core.model.NormMode;
import dev.meander.core.model.Tape;
import dev.meander.core.normalise.Normaliser;
import dev.meander.core.objective.Entropy;
import dev.meander.core.objective.Pass;
import dev.meander.core.objective.Rows;
import dev.meander.core.objective.SoftCrossEntropy;
import dev.meander.core.optimise.Optimiser;
import dev.meander.core.optimise.OptimiserConfig;
import dev.meander.core.optimise.StateArrays;
import dev.meander.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * CEMA (Chen et al., "Towards robust and efficient cloud-edge elastic model adaptation via
 * selective entropy distillation", ICLR 2024): the edge predicts with running statistics and
 * uploads samples with {@code E_min < H < E_max} that are not redundant ({@link NonRedundant}, d =
 * 0.05); the cloud adapts a teacher on 32 uploads at a time and distils it into the student.
 *
 * <ol>
 *   <li>teacher: {@code mean e^(E0 - H_t) H_t}, gains and shifts, SGD 2.5e-4;
 *   <li>student on the uploads and, once the replay bank holds 256, 96 different samples of it:
 *       {@code 3 mean e^(E0 - H_s) H_s + 3 mean e^(E0 - H_t) KL(p_t || p_s) + mean e^(E0 - H_t)
 *       CE(p_s, argmax p_t)};
 *   <li>both normalise by batch renormalisation ({@link NormMode#RENORM}), running statistics
 *       follow by 0.1; gains and shifts go back to the edge.
 * </ol>
 *
 * <p>Uploads are in the replay bank before the rounds they make. With {@code warm-up} above 0,
 * E_max follows the stream: {@code E_max = E0 lambda (Ebar / Ebar0)} with Ebar the mean entropy so
 * far, this batch included, and Ebar0 its value after the batch that completed so many samples. A
 * batch that makes no round makes one student step on 128 samples of the replay bank if it holds
 * more than 256.
 *
 * <p>Where we differ: the teacher is a second copy of the same model, the replay bank holds 1,024
 * samples instead of 10,000, every round ships at once, and {@code e-min-factor} is the paper's,
 * which the authors' configuration leaves out. Running statistics start as the source's. The
 * authors' code, which begins anew with every corruption, drops those and starts from the first
 * batch that each model sees, which in a stream may be one sample; {@code first-batch-statistics}
 * does the same. There, steps on the replay bank alone leave running statistics until the tenth
 * batch; here they always move them. The weights of the gate are not used.
 *
 * <p>Its golden trace is that of an independent reference, {@code tests/parity/methods.py}.
 */
final class Cema implements Procedure {

  private static final double ALPHA = 3;
  private static final double BETA = 3;

  private static final Constant MARGIN = NonRedundant.MARGIN.usually(0.05);
  private static final Constant ENTROPY_MIN =
      new Constant("e-min-factor", 0.02, 0, 1, "Entropy above which to upload, in ln C.");
  private static final Constant LAMBDA =
      new Constant("lambda", 1, 0, 100, "Factor of the entropy limit that follows the stream.");
  private static final Constant WARM_UP =
      new Constant("warm-up", 0, 0, 1e9, "Samples before that limit is used; 0 is never.");
  private static final Constant UPLOADS =
      new Constant("uploads", 32, 1, 4096, "Uploaded samples of one round.");
  private static final Constant REPLAY =
      new Constant("replay-size", 1024, 1, 65_536, "Uploaded samples kept for replay.");
  private static final Constant REPLAYED =
      new Constant("replayed", 96, 0, 4096, "Replayed samples of one round.");
  private static final Constant REPLAY_FROM =
      new Constant("replay-from", 256, 1, 65_536, "Samples kept before any is replayed.");
  private static final Constant TEACHER_RATE =
      new Constant("teacher-learning-rate", 2.5e-4, 1e-9, 10, "Learning rate of the teacher.");
  private static final Constant BN_MOMENTUM =
      new Constant("bn-momentum", 0.1, 0, 1, "Share of the batch in running statistics.");
  private static final Constant FIRST_BATCH =
      new Constant(
          "first-batch-statistics",
          0,
          0,
          1,
          "1 starts running statistics from the first batch a copy sees, 0 from the source's.");

  // the batch's statistics with the unbiased variance, but for a millionth
  private static final NormMode ITS_OWN = NormMode.blend(1e-6);

  static final Declaration DECLARATION =
      Declaration.training(
          "cema",
          OptimiserConfig.sgd(2.5e-3, 0.9, false),
          List.of(
              Reliable.E0_FACTOR,
              MARGIN,
              NonRedundant.KEEP,
              ENTROPY_MIN,
              LAMBDA,
              WARM_UP,
              UPLOADS,
              REPLAY,
              REPLAYED,
              REPLAY_FROM,
              TEACHER_RATE,
              BN_MOMENTUM,
              FIRST_BATCH),
          setting ->
              setting.composition(
                  new Normaliser.Renormalised(),
                  Setting.NORM_AFFINE,
                  run -> new Cema(setting, run)));

  private final NonRedundant redundancy;
  private final Window uploads;
  private final Window replay;
  private final float[] teacher;
  private final float[] teacherStatistics;
  private final float[] studentStatistics;
  private final Optimiser teacherRule;
  private final double[] teacherSteps = new double[1];
  private final double[] entropies = new double[3]; // sum, count, mean after the warm-up
  private final double entropyMax;
  private final double entropyMin;
  private final double lambda;
  private final int warmUp;
  private final int replayed;
  private final int replayFrom;
  private final double keep;
  private final boolean fromFirstBatch;

  private Cema(Setting setting, MethodRun run) {
    int[] shape = run.spec().inputShape();
    double logClasses = Math.log(run.classes());
    this.redundancy =
        new NonRedundant(setting.get(MARGIN), setting.get(NonRedundant.KEEP), run.classes());
    this.uploads = new Window(setting.count(UPLOADS), shape);
    this.replay = new Window(setting.count(REPLAY), shape);
    this.teacher = run.baseTheta().clone();
    this.teacherStatistics = run.baseStatistics().clone();
    this.studentStatistics = run.baseStatistics().clone();
    this.teacherRule =
        setting.optimiser().withLearningRate(setting.get(TEACHER_RATE)).create(teacher.length);
    this.entropyMax = setting.get(Reliable.E0_FACTOR) * logClasses;
    this.entropyMin = setting.get(ENTROPY_MIN) * logClasses;
    this.lambda = setting.get(LAMBDA);
    this.warmUp = setting.count(WARM_UP);
    this.replayed = setting.count(REPLAYED);
    this.replayFrom = setting.count(REPLAY_FROM);
    this.keep = 1 - setting.get(BN_MOMENTUM);
    this.fromFirstBatch = setting.get(FIRST_BATCH) != 0;
  }

  @Override
  public MethodStep step(MethodRun run) {
    Tensor output;
    float[] statistics = edgeStatistics(run);
    try (Tape tape = run.forward(run.x(), run.theta(), statistics, NormMode.SOURCE, false)) {
      output = tape.logits();
    }
    System.arraycopy(statistics, 0, studentStatistics, 0, statistics.length);
    Rows rows = Rows.of(output);
    double[] selected = select(output, rows);
    List<Double> losses = new ArrayList<>();
    double norm = 0;
    int adapted = 0;
    RandomGenerator random = run.random(1);
    for (int i = 0; i < selected.length; i++) {
      if (selected[i] > 0) {
        adapted++;
        replay.offer(run.x().row(i), rows.best(i), rows.entropy(i), random);
      }
    }
    for (int i = 0; i < selected.length; i++) {
      if (selected[i] > 0) {
        uploads.offer(run.x().row(i), rows.best(i), rows.entropy(i), random);
        if (uploads.size() == uploads.capacity()) {
          losses.add(round(run, random));
          norm = run.descend();
        }
      }
    }
    if (losses.isEmpty() && replay.size() > replayFrom) {
      losses.add(distil(run, drawn(uploads.capacity() + replayed, random)));
      norm = run.descend();
    }
    float[] served = run.statistics().estimate();
    System.arraycopy(studentStatistics, 0, served, 0, served.length);
    return new MethodStep(output, losses, norm, adapted);
  }

  /** 1 for a sample to upload, else 0. */
  private double[] select(Tensor output, Rows rows) {
    double[] selected = new double[rows.rows()];
    for (int i = 0; i < selected.length; i++) {
      entropies[0] += rows.entropy(i);
      entropies[1]++;
    }
    if (warmUp > 0 && entropies[2] == 0 && entropies[1] >= warmUp) {
      entropies[2] = entropies[0] / entropies[1];
    }
    double limit =
        entropies[2] > 0
            ? entropyMax * lambda * (entropies[0] / entropies[1]) / entropies[2]
            : entropyMax;
    for (int i = 0; i < selected.length; i++) {
      double entropy = rows.entropy(i);
      selected[i] = entropy < limit && entropy > entropyMin ? 1 : 0;
    }
    redundancy.weigh(new Pass(output, output, selected), selected);
    return selected;
  }

  /** Teacher step and student gradient over the uploads, which are then forgotten. */
  private double round(MethodRun run, RandomGenerator random) {
    Tensor fresh = uploads.content().x();
    if (fromFirstBatch && teacherSteps[0] == 0) {
      float[] first = ownStatistics(run, fresh, teacher, teacherStatistics);
      System.arraycopy(first, 0, teacherStatistics, 0, first.length);
    }
    try (Tape tape = run.forward(fresh, teacher, teacherStatistics, run.mode(), true)) {
      Vectors.blendInPlace(teacherStatistics, run.batchStatistics(tape), keep);
      Rows rows = Rows.of(tape.logits());
      float[] dLogits = new float[tape.logits().data().length];
      entropyLoss(tape, rows, 1, dLogits);
      run.backward(tape, dLogits, null);
      teacherRule.resumeAt((long) teacherSteps[0]++);
      teacherRule.step(teacher, run.gradient());
      run.clearGradient();
    }
    Tensor batch = fresh;
    if (replay.size() >= replayFrom && replayed > 0) {
      batch = joined(fresh, drawn(replayed, random));
    }
    uploads.clear();
    return distil(run, batch);
  }

  private double entropyLoss(Tape tape, Rows rows, double factor, float[] dLogits) {
    double[] weights = new double[rows.rows()];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = factor * Math.exp(entropyMax - rows.entropy(i));
    }
    Pass pass = new Pass(tape.logits(), tape.features(), weights);
    return new Entropy().evaluate(pass, dLogits, new float[tape.features().data().length]);
  }

  /** Adds the student's gradient. */
  private double distil(MethodRun run, Tensor batch) {
    Rows taught;
    try (Tape tape = run.forward(batch, teacher, teacherStatistics, NormMode.SOURCE, false)) {
      taught = Rows.of(tape.logits());
    }
    try (Tape tape = run.forward(batch, run.theta(), studentStatistics, run.mode(), true)) {
      Vectors.blendInPlace(studentStatistics, run.batchStatistics(tape), keep);
      Rows rows = Rows.of(tape.logits());
      int classes = rows.classes();
      float[] dLogits = new float[tape.logits().data().length];
      double loss = entropyLoss(tape, rows, ALPHA, dLogits);
      for (int i = 0; i < rows.rows(); i++) {
        double entropy = taught.entropy(i);
        double weight = Math.exp(entropyMax - entropy) / rows.rows();
        loss += SoftCrossEntropy.add(rows, taught, i, BETA * weight, dLogits);
        loss -= BETA * weight * entropy;
        int best = taught.best(i);
        loss -= weight * rows.logProbabilities()[i * classes + best];
        for (int c = 0; c < classes; c++) {
          double target = c == best ? 1 : 0;
          dLogits[i * classes + c] +=
              (float) (weight * (rows.probabilities()[i * classes + c] - target));
        }
      }
      run.backward(tape, dLogits, null);
      return loss;
    }
  }

  /** Different random samples of the replay bank; all of them where it holds fewer. */
  private Tensor drawn(int count, RandomGenerator random) {
    int size = replay.size();
    int oldest = size == replay.capacity() ? replay.lastRow() + 1 : 0;
    int[] rows = new int[size];
    Arrays.setAll(rows, i -> (oldest + i) % size);
    int drawn = Math.min(count, size);
    for (int i = 0; i < drawn; i++) {
      int other = i + random.nextInt(size - i);
      int row = rows[other];
      rows[other] = rows[i];
      rows[i] = row;
    }
    return replay.content().x().rows(Arrays.copyOf(rows, drawn));
  }

  private static Tensor joined(Tensor one, Tensor other) {
    float[] data = Arrays.copyOf(one.data(), one.data().length + other.data().length);
    System.arraycopy(other.data(), 0, data, one.data().length, other.data().length);
    int[] shape = one.shape().clone();
    shape[0] += other.rows();
    return new Tensor(data, shape);
  }

  @Override
  public Tensor predict(MethodRun run) {
    float[] statistics = edgeStatistics(run);
    try (Tape tape = run.forward(run.x(), run.theta(), statistics, NormMode.SOURCE, false)) {
      return tape.logits();
    }
  }

  /** What this batch is predicted with. */
  private float[] edgeStatistics(MethodRun run) {
    return fromFirstBatch && entropies[1] == 0
        ? ownStatistics(run, run.x(), run.theta(), studentStatistics)
        : studentStatistics;
  }

  /**
   * The batch's statistics; the others where those are not finite. The second pass blends with what
   * the first found, so that nothing is left of the others.
   */
  private static float[] ownStatistics(
      MethodRun run, Tensor x, float[] weights, float[] otherwise) {
    float[] own = otherwise;
    for (int pass = 0; pass < 2; pass++) {
      try (Tape tape = run.forward(x, weights, own, ITS_OWN, false)) {
        own = run.batchStatistics(tape);
      }
      if (!Vectors.allFinite(own)) {
        return otherwise;
      }
    }
    return own;
  }

  @Override
  public void state(StateArrays arrays) {
    redundancy.state(arrays);
    StateArrays ofUploads = new StateArrays();
    uploads.state(ofUploads);
    ofUploads.floats().forEach((name, values) -> arrays.add("uploads-" + name, values));
    ofUploads.doubles().forEach((name, values) -> arrays.add("uploads-" + name, values));
    replay.state(arrays);
    arrays.add("teacher", teacher);
    arrays.add("teacher-statistics", teacherStatistics);
    arrays.add("student-statistics", studentStatistics);
    teacherRule.moments().forEach((name, values) -> arrays.add("teacher-" + name, values));
    arrays.add("teacher-steps", teacherSteps);
    arrays.add("entropies", entropies);
  }

  @Override
  public void restart(MethodRun run) {
    redundancy.restart();
    Arrays.fill(entropies, 0);
    uploads.clear();
    replay.clear();
    System.arraycopy(run.theta(), 0, teacher, 0, teacher.length);
    float[] statistics = run.statistics().estimate();
    System.arraycopy(statistics, 0, teacherStatistics, 0, statistics.length);
    System.arraycopy(statistics, 0, studentStatistics, 0, statistics.length);
    teacherRule.reset();
    teacherSteps[0] = 0;
  }
}
