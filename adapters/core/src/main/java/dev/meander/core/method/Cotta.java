package dev.meander.core.method;

import dev.meander.core.augment.Augmentation;
import dev.meander.core.augment.TestTimeTransforms;
import dev.meander.core.model.Tape;
import dev.meander.core.objective.Rows;
import dev.meander.core.objective.SoftCrossEntropy;
import dev.meander.core.optimise.OptimiserConfig;
import dev.meander.core.optimise.StateArrays;
import dev.meander.core.tensor.Tensor;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * CoTTA (Wang et al., "Continual test-time domain adaptation", CVPR 2022): batch statistics, all
 * parameters, a mean teacher and the frozen source model as an anchor.
 *
 * <ol>
 *   <li>conf = mean of the anchor's largest probability; below the threshold the target z_t is the
 *       mean of the teacher's logits over 32 views ({@link TestTimeTransforms}), otherwise the
 *       teacher's logits;
 *   <li>{@code L = mean CE(z_student; softmax z_t)}, one step, teacher average;
 *   <li>every float goes back to the source with chance 0.01;
 *   <li>output: z_t.
 * </ol>
 *
 * <p>Published are the teacher's weights with the statistics of the anchor's pass, which the
 * teacher hardly leaves in one batch.
 */
final class Cotta implements Procedure {

  private static final Constant THRESHOLD =
      new Constant(
          "aug-if-anchor-confidence-below",
          0.92,
          0,
          2,
          "Mean confidence of the source model below which views are averaged.");
  private static final Constant VIEWS =
      new Constant("n-augmentations", 32, 1, 1024, "Views that are averaged.");
  private static final Constant RESTORE =
      new Constant(
          "restore-probability", 0.01, 0, 1, "Chance of a float to go back to the source.");

  static final Declaration DECLARATION =
      Declaration.training(
          "cotta",
          OptimiserConfig.adam(1e-3),
          List.of(EmaTeacher.KEEP, THRESHOLD, VIEWS, RESTORE),
          setting -> setting.everything(run -> new Cotta(setting, run)));

  private final EmaTeacher teacher;
  private final Augmentation augmentation;
  private final double threshold;
  private final int views;
  private final double restore;

  private Cotta(Setting setting, MethodRun run) {
    this.teacher = new EmaTeacher(setting.get(EmaTeacher.KEEP), run.baseTheta());
    this.augmentation = setting.augmentation(0, new TestTimeTransforms(true));
    this.threshold = setting.get(THRESHOLD);
    this.views = setting.count(VIEWS);
    this.restore = setting.get(RESTORE);
  }

  @Override
  public MethodStep step(MethodRun run) {
    Tensor target = target(run, true);
    Rows taught = Rows.of(target);
    double[] weights = run.weights();
    double loss = 0;
    try (Tape tape = run.student(run.x())) {
      Rows rows = Rows.of(tape.logits());
      float[] dLogits = new float[target.data().length];
      for (int i = 0; i < weights.length; i++) {
        loss += SoftCrossEntropy.add(rows, taught, i, weights[i] / weights.length, dLogits);
      }
      run.backward(tape, dLogits, null);
    }
    double norm = run.descend();
    teacher.follow(run.theta());
    restore(run);
    return new MethodStep(target, List.of(loss), norm, weights.length);
  }

  @Override
  public Tensor predict(MethodRun run) {
    return target(run, false);
  }

  private Tensor target(MethodRun run, boolean observes) {
    Tensor x = run.x();
    double confidence = 0;
    try (Tape tape = run.predict(x, run.baseTheta())) {
      if (observes) {
        run.observe(tape);
      }
      Rows anchor = Rows.of(tape.logits());
      for (int i = 0; i < x.rows(); i++) {
        confidence += anchor.confidence(i) / x.rows();
      }
    }
    if (!(confidence < threshold)) {
      return run.logits(x, teacher.weights());
    }
    double[] sums = new double[x.rows() * run.classes()];
    RandomGenerator random = run.random(1);
    for (int view = 0; view < views; view++) {
      float[] logits = run.logits(augmentation.apply(x, random), teacher.weights()).data();
      for (int i = 0; i < sums.length; i++) {
        sums[i] += logits[i];
      }
    }
    float[] mean = new float[sums.length];
    for (int i = 0; i < mean.length; i++) {
      mean[i] = (float) (sums[i] / views);
    }
    return new Tensor(mean, x.rows(), run.classes());
  }

  private void restore(MethodRun run) {
    if (restore == 0) {
      return;
    }
    RandomGenerator random = run.random(2);
    float[] theta = run.theta();
    for (int i = 0; i < theta.length; i++) {
      if (random.nextDouble() < restore) {
        theta[i] = run.baseTheta()[i];
      }
    }
  }

  @Override
  public float[] served(float[] theta) {
    return teacher.weights();
  }

  @Override
  public void state(StateArrays arrays) {
    teacher.state(arrays);
  }

  @Override
  public void restart(MethodRun run) {
    teacher.restart(run.theta());
  }
}
