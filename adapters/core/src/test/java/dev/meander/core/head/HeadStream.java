package dev.meander.core.head;

import dev.meander.core.learner.Learner;
import dev.meander.core.learner.LearnerConfig;
import dev.meander.core.learner.Step;
import dev.meander.core.math.Softmax;
import dev.meander.core.method.SourceBatches;
import dev.meander.core.model.AdaptableModel;
import dev.meander.core.model.NormMode;
import dev.meander.core.model.Tape;
import dev.meander.core.tensor.LabelledBatch;
import dev.meander.core.tensor.Sample;
import dev.meander.core.tensor.Tensor;
import dev.meander.core.weights.Block;
import dev.meander.core.weights.LineageId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Clouds of points, one a class, a head that was fitted on them, and a learner that is driven over
 * a shifted stream of them. Counts what a serving node would have answered wrongly.
 */
final class HeadStream {

  static final int FEATURES = 16;
  static final int CLASSES = 10;
  private static final LineageId LINEAGE = new LineageId("m", "global");

  private final double[][] centres = new double[CLASSES][FEATURES];
  final HeadFile head;

  HeadStream() {
    SplittableRandom random = new SplittableRandom(77);
    for (double[] centre : centres) {
      Arrays.setAll(centre, j -> 1.2 * random.nextGaussian());
    }
    List<String> names = IntStream.range(0, CLASSES).mapToObj(Integer::toString).toList();
    this.head = HeadFitting.fit(clean(3_000, 1), names, HeadFitting.Config.usual(2, 150, 1));
  }

  /** Unshifted points of random classes. */
  LabelledBatch clean(int rows, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int[] labels = random.ints(rows, 0, CLASSES).toArray();
    List<float[]> points =
        Arrays.stream(labels).mapToObj(label -> point(label, random, 1)).toList();
    return new LabelledBatch(Tensor.stack(points, FEATURES), labels);
  }

  float[] point(int label, SplittableRandom random, double noise) {
    float[] point = new float[FEATURES];
    for (int j = 0; j < FEATURES; j++) {
      point[j] = (float) (centres[label][j] + noise * random.nextGaussian());
    }
    return point;
  }

  /**
   * How a run went.
   *
   * @param errorServed percent of the samples that the live version got wrong
   * @param error percent that the learner itself got wrong
   * @param verdicts text of every verdict
   */
  record Outcome(double errorServed, double error, List<String> verdicts, List<String> versions) {}

  /** Runs a learner over labelled points; a version is live from the batch after its step. */
  Outcome run(LearnerConfig config, List<float[]> points, int[] labels) {
    List<String> verdicts = new ArrayList<>();
    List<String> versions = new ArrayList<>();
    int wrong = 0;
    int wrongServed = 0;
    try (AdaptableModel model = Heads.open(head);
        AdaptableModel serving = Heads.open(head)) {
      SourceBatches source = new SourceBatches(List.of(clean(200, 9)));
      Learner learner = new Learner(LINEAGE, config, model, source);
      for (int i = 0; i < points.size(); i++) {
        wrongServed += isWrong(serving, points.get(i), labels[i]);
        Sample sample = new Sample("e" + i, i, points.get(i), new float[0], 1, i);
        for (Step step : learner.offer(sample, model)) {
          int first = i + 1 - step.samples().size();
          wrong +=
              new LabelledBatch(
                      new Tensor(new float[step.samples().size()], step.samples().size(), 1),
                      Arrays.copyOfRange(labels, first, i + 1))
                  .wrong(step.logits());
          verdicts.add(
              step.verdict() == null
                  ? "none"
                  : step.verdict().outcome() + " " + step.verdict().reasons());
          if (step.version() != null) {
            versions.add(step.version().id() + " " + step.version().stateHash());
            serve(step, serving);
          }
        }
      }
    }
    return new Outcome(
        100.0 * wrongServed / labels.length, 100.0 * wrong / labels.length, verdicts, versions);
  }

  private static void serve(Step step, AdaptableModel serving) {
    if (step.version() == null) {
      return;
    }
    for (Block block : step.version().candidate().weights().layout().blocks()) {
      float[] floats = new float[block.size()];
      step.version().candidate().weights().read(block, floats);
      serving.write(block, floats);
    }
  }

  private static int isWrong(AdaptableModel serving, float[] point, int label) {
    try (Tape tape = serving.forward(new Tensor(point, 1, FEATURES), NormMode.SOURCE, false)) {
      return Softmax.argMax(tape.logits().data(), 0, CLASSES) == label ? 0 : 1;
    }
  }
}
