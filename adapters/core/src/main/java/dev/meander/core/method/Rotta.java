package dev.meander.core.method;

import dev.meander.core.augment.Augmentation;
import dev.meander.core.augment.TestTimeTransforms;
import dev.meander.core.math.Vectors;
import dev.meander.core.memory.CategoryBalanced;
import dev.meander.core.memory.Remembered;
import dev.meander.core.model.NormMode;
import dev.meander.core.model.Tape;
import dev.meander.core.normalise.Normaliser;
import dev.meander.core.objective.Rows;
import dev.meander.core.objective.SoftCrossEntropy;
import dev.meander.core.optimise.OptimiserConfig;
import dev.meander.core.optimise.StateArrays;
import dev.meander.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * RoTTA (Yuan et al., "Robust test-time adaptation in dynamic scenarios", CVPR 2023): a mean
 * teacher predicts with statistics of its own; a bank that is balanced over classes ({@link
 * CategoryBalanced}) feeds the updates of gains and shifts.
 *
 * <ol>
 *   <li>output: the teacher with its stored statistics; pseudo-label argmax, uncertainty {@code
 *       -sum p ln(p + 1e-6)};
 *   <li>every sample is offered to the bank; after every 64th offer: D = the bank, teacher(D) and
 *       student(view of D) normalise with {@code 0.95 stored + 0.05 batch} (biased variance) and
 *       store the mix, {@code L = mean_i w_i CE(z_student,i; z_teacher,i)} with {@code w = e^-a /
 *       (1 + e^-a)}, a = age / N; one step; teacher average.
 * </ol>
 *
 * <p>Student and teacher have separate statistics. Published are the teacher's weights and
 * statistics. The weights of the gate are not used: the bank weighs by age.
 */
final class Rotta implements Procedure {

  private static final double LOG_MIN = 1e-6;

  private static final Constant MEMORY =
      new Constant("memory-size", 64, 1, 65_536, "Samples in the bank.");
  private static final Constant EVERY =
      new Constant("update-every", 64, 1, 65_536, "Samples between two updates.");
  private static final Constant BATCH_SHARE =
      new Constant("bn-alpha", 0.05, 1e-6, 0.999999, "Weight of the batch statistics.");
  private static final Constant LAMBDA_TIME =
      new Constant("lambda-t", 1, 0, 1e6, "Weight of age in the score of a sample.");
  private static final Constant LAMBDA_UNCERTAINTY =
      new Constant("lambda-u", 1, 0, 1e6, "Weight of uncertainty in the score of a sample.");

  static final Declaration DECLARATION =
      Declaration.training(
          "rotta",
          OptimiserConfig.adam(1e-3),
          List.of(EmaTeacher.KEEP, MEMORY, EVERY, BATCH_SHARE, LAMBDA_TIME, LAMBDA_UNCERTAINTY),
          setting ->
              setting.composition(
                  new Normaliser.Robust(setting.get(BATCH_SHARE)),
                  Setting.NORM_AFFINE,
                  run -> new Rotta(setting, run)));

  private final EmaTeacher teacher;
  private final float[] teacherStatistics;
  private final float[] studentStatistics;
  private final CategoryBalanced bank;
  private final Augmentation augmentation;
  private final int every;
  private final double keep;
  private final double[] offers = new double[1];

  private Rotta(Setting setting, MethodRun run) {
    this.teacher = new EmaTeacher(setting.get(EmaTeacher.KEEP), run.baseTheta());
    this.teacherStatistics = run.baseStatistics().clone();
    this.studentStatistics = run.baseStatistics().clone();
    this.bank =
        new CategoryBalanced(
            setting.count(MEMORY),
            run.classes(),
            run.spec().inputShape(),
            setting.get(LAMBDA_TIME),
            setting.get(LAMBDA_UNCERTAINTY));
    this.augmentation = setting.augmentation(0, new TestTimeTransforms(true));
    this.every = setting.count(EVERY);
    this.keep = 1 - setting.get(BATCH_SHARE);
  }

  @Override
  public MethodStep step(MethodRun run) {
    Tensor output = predict(run);
    Rows rows = Rows.of(output);
    List<Double> losses = new ArrayList<>();
    double norm = 0;
    int adapted = 0;
    for (int i = 0; i < output.rows(); i++) {
      bank.offer(run.x().row(i), rows.best(i), uncertainty(rows, i), run.random(0));
      offers[0]++;
      if (offers[0] % every == 0) {
        losses.add(update(run, (long) offers[0]));
        norm = run.descend();
        teacher.follow(run.theta());
        adapted += bank.size();
      }
    }
    float[] served = run.statistics().estimate();
    System.arraycopy(teacherStatistics, 0, served, 0, served.length);
    return new MethodStep(output, losses, norm, adapted);
  }

  @Override
  public Tensor predict(MethodRun run) {
    try (Tape tape =
        run.forward(run.x(), teacher.weights(), teacherStatistics, NormMode.SOURCE, false)) {
      return tape.logits();
    }
  }

  private static double uncertainty(Rows rows, int row) {
    double sum = 0;
    for (float p : rows.row(row)) {
      sum -= p * Math.log(p + LOG_MIN);
    }
    return sum;
  }

  /** Adds the gradient over the bank and stores both copies' new statistics. */
  private double update(MethodRun run, long purpose) {
    Remembered remembered = bank.content();
    Rows taught;
    try (Tape tape =
        run.forward(remembered.x(), teacher.weights(), teacherStatistics, run.mode(), false)) {
      taught = Rows.of(tape.logits());
      Vectors.blendInPlace(teacherStatistics, run.batchStatistics(tape), keep);
    }
    Tensor view = augmentation.apply(remembered.x(), run.random(purpose));
    try (Tape tape = run.forward(view, run.theta(), studentStatistics, run.mode(), true)) {
      Rows rows = Rows.of(tape.logits());
      float[] dLogits = new float[tape.logits().data().length];
      double loss = 0;
      for (int i = 0; i < rows.rows(); i++) {
        double fading = Math.exp(-remembered.ages()[i] / bank.capacity());
        double weight = fading / (1 + fading) / rows.rows();
        loss += SoftCrossEntropy.add(rows, taught, i, weight, dLogits);
      }
      run.backward(tape, dLogits, null);
      Vectors.blendInPlace(studentStatistics, run.batchStatistics(tape), keep);
      return loss;
    }
  }

  @Override
  public float[] served(float[] theta) {
    return teacher.weights();
  }

  @Override
  public void state(StateArrays arrays) {
    teacher.state(arrays);
    arrays.add("teacher-statistics", teacherStatistics);
    arrays.add("student-statistics", studentStatistics);
    arrays.add("offers", offers);
    bank.state(arrays);
  }

  @Override
  public void restart(MethodRun run) {
    teacher.restart(run.theta());
    float[] statistics = run.statistics().estimate();
    System.arraycopy(statistics, 0, teacherStatistics, 0, statistics.length);
    System.arraycopy(statistics, 0, studentStatistics, 0, statistics.length);
    bank.clear();
    offers[0] = 0;
  }
}
