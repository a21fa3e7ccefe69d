package dev.meander.core.method;

import dev.meander.core.augment.Augmentation;
import dev.meander.core.augment.TestTimeTransforms;
import dev.meander.core.memory.SourceReplay;
import dev.meander.core.model.Tape;
import dev.meander.core.objective.CrossEntropy;
import dev.meander.core.objective.Pass;
import dev.meander.core.objective.Rows;
import dev.meander.core.objective.SymmetricCrossEntropy;
import dev.meander.core.optimise.OptimiserConfig;
import dev.meander.core.optimise.StateArrays;
import dev.meander.core.tensor.LabelledBatch;
import dev.meander.core.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * RMT (Döbler et al., "Robust mean teacher for continual and gradual test-time adaptation", CVPR
 * 2023): batch statistics, all parameters, a mean teacher.
 *
 * <p>With f, z of the student on x, f_a, z_a on its augmented view and z_t of the teacher on x:
 * {@code L = l_trg mean_i [SCE(z; z_t) + SCE(z_a; z_t)] / 2 + l_cont L_cont + l_src
 * CE(student(x_src), y_src)}, L_cont of {@link ContrastToPrototypes}, x_src the next source batch.
 * One step, teacher average. Output {@code z + z_t}, both before the step.
 *
 * <p>Before the first batch the student is warmed up on source batches with {@code mean
 * SCE(student(x_src); teacher(x_src))} and a learning rate that grows from 0 (250 steps: 50,000
 * samples in batches of 200); its moments are kept. A learner's first step takes that long.
 *
 * <p>{@code rmt-source-free} has neither source term nor warm-up. Published is the mean of student
 * and teacher, as the sum of their logits has no weights of its own.
 */
final class Rmt implements Procedure {

  private static final Constant LAMBDA_TARGET =
      new Constant("lambda-trg", 1, 0, 1e6, "Weight of the self-training term.");
  private static final Constant LAMBDA_CONTRAST =
      new Constant("lambda-cont", 1, 0, 1e6, "Weight of the contrastive term.");
  private static final Constant LAMBDA_SOURCE =
      new Constant("lambda-src", 1, 0, 1e6, "Weight of the source term.");
  private static final Constant WARM_UP =
      new Constant("warmup-steps", 250, 0, 1e6, "Source batches before the first step.");

  static final Declaration RMT =
      Declaration.training(
              "rmt",
              OptimiserConfig.adam(1e-3),
              ContrastToPrototypes.constantsAnd(
                  EmaTeacher.KEEP, LAMBDA_TARGET, LAMBDA_CONTRAST, LAMBDA_SOURCE, WARM_UP),
              setting ->
                  setting.everything(
                      run ->
                          new Rmt(
                              setting, run, setting.get(LAMBDA_SOURCE), setting.count(WARM_UP))))
          .needing(Need.FEATURES, Need.HEAD, Need.SOURCE_SAMPLES);
  static final Declaration SOURCE_FREE =
      Declaration.training(
              "rmt-source-free",
              OptimiserConfig.adam(1e-3),
              ContrastToPrototypes.constantsAnd(EmaTeacher.KEEP, LAMBDA_TARGET, LAMBDA_CONTRAST),
              setting -> setting.everything(run -> new Rmt(setting, run, 0, 0)))
          .needing(Need.FEATURES, Need.HEAD);

  private final EmaTeacher teacher;
  private final ContrastToPrototypes contrast;
  private final Augmentation augmentation;
  private final @Nullable SourceReplay replay;
  private final double learningRate;
  private final double lambdaTarget;
  private final double lambdaContrast;
  private final double lambdaSource;
  private final int warmUp;

  private Rmt(Setting setting, MethodRun run, double lambdaSource, int warmUp) {
    this.teacher = new EmaTeacher(setting.get(EmaTeacher.KEEP), run.baseTheta());
    this.contrast = new ContrastToPrototypes(setting, run);
    this.augmentation = setting.augmentation(0, new TestTimeTransforms(true));
    this.replay =
        lambdaSource == 0 && warmUp == 0 ? null : new SourceReplay(run.source().batches());
    this.learningRate = setting.optimiser().learningRate();
    this.lambdaTarget = setting.get(LAMBDA_TARGET);
    this.lambdaContrast = setting.get(LAMBDA_CONTRAST);
    this.lambdaSource = lambdaSource;
    this.warmUp = warmUp;
  }

  @Override
  public void prepare(MethodRun run) {
    contrast.prepare(run);
    for (int i = 0; replay != null && i < warmUp; i++) {
      Tensor x = replay.next().x();
      Rows taught = Rows.of(run.logits(x, teacher.weights()));
      try (Tape tape = run.student(x)) {
        Rows rows = Rows.of(tape.logits());
        float[] dLogits = new float[tape.logits().data().length];
        for (int row = 0; row < rows.rows(); row++) {
          SymmetricCrossEntropy.add(rows, row, taught, row, 1.0 / rows.rows(), dLogits, null);
        }
        run.backward(tape, dLogits, null);
      }
      run.warmUp(learningRate * (i + 1) / warmUp);
      teacher.follow(run.theta());
    }
  }

  @Override
  public MethodStep step(MethodRun run) {
    Tensor x = run.x();
    Tensor taughtLogits = run.logits(x, teacher.weights());
    Rows taught = Rows.of(taughtLogits);
    Tensor view = augmentation.apply(x, run.random(1));
    double loss;
    Tensor logits;
    try (Tape clean = run.student(x);
        Tape viewed = run.student(view)) {
      run.observe(clean);
      logits = clean.logits();
      loss = selfTraining(run, clean, viewed, taught);
    }
    loss += source(run);
    double norm = run.descend();
    contrast.descend(run);
    teacher.follow(run.theta());
    return new MethodStep(sum(logits, taughtLogits), List.of(loss), norm, x.rows());
  }

  private double selfTraining(MethodRun run, Tape clean, Tape viewed, Rows taught) {
    Rows rows = Rows.of(clean.logits());
    Rows viewRows = Rows.of(viewed.logits());
    float[] dClean = new float[clean.logits().data().length];
    float[] dViewed = new float[dClean.length];
    double[] weights = run.weights();
    double loss = 0;
    for (int i = 0; i < weights.length; i++) {
      double weight = 0.5 * lambdaTarget * weights[i] / weights.length;
      loss += SymmetricCrossEntropy.add(rows, i, taught, i, weight, dClean, null);
      loss += SymmetricCrossEntropy.add(viewRows, i, taught, i, weight, dViewed, null);
    }
    float[] dFeatures = new float[clean.features().data().length];
    float[] dViewFeatures = new float[dFeatures.length];
    loss +=
        contrast.add(clean.features(), viewed.features(), lambdaContrast, dFeatures, dViewFeatures);
    run.backward(clean, dClean, dFeatures);
    run.backward(viewed, dViewed, dViewFeatures);
    return loss;
  }

  private double source(MethodRun run) {
    if (replay == null || lambdaSource == 0) {
      return 0;
    }
    LabelledBatch batch = replay.next();
    try (Tape tape = run.student(batch.x())) {
      double[] weights = new double[batch.x().rows()];
      Arrays.fill(weights, lambdaSource);
      float[] dLogits = new float[tape.logits().data().length];
      float[] dFeatures = new float[tape.features().data().length];
      Pass pass = new Pass(tape.logits(), tape.features(), weights);
      double loss = new CrossEntropy(batch.labels()).evaluate(pass, dLogits, dFeatures);
      run.backward(tape, dLogits, null);
      return loss;
    }
  }

  private static Tensor sum(Tensor one, Tensor other) {
    float[] sum = one.data().clone();
    for (int i = 0; i < sum.length; i++) {
      sum[i] += other.data()[i];
    }
    return new Tensor(sum, one.shape());
  }

  @Override
  public Tensor predict(MethodRun run) {
    Tensor taught = run.logits(run.x(), teacher.weights());
    return sum(run.logits(run.x(), run.theta()), taught);
  }

  @Override
  public float[] served(float[] theta) {
    float[] mean = new float[theta.length];
    for (int i = 0; i < mean.length; i++) {
      mean[i] = (theta[i] + teacher.weights()[i]) / 2;
    }
    return mean;
  }

  @Override
  public void state(StateArrays arrays) {
    teacher.state(arrays);
    contrast.state(arrays);
    if (replay != null) {
      replay.state(arrays);
    }
  }

  @Override
  public void restart(MethodRun run) {
    teacher.restart(run.theta());
    contrast.restart(run);
    if (replay != null) {
      replay.restart();
    }
  }
}
