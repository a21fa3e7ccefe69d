package dev.meander.replay.evaluate;

import dev.meander.core.math.Softmax;
import dev.meander.core.tensor.Tensor;
import dev.meander.replay.data.DataSet;
import dev.meander.replay.scenario.ScenarioSample;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * Test, then learn, with labels that come late: every sample is predicted when it comes, and its
 * prediction is judged when its label becomes known, {@code delay} samples later. Labels that would
 * come after the end never come.
 *
 * <p>Over the labels so far, oldest first, with e = 1 for a mistake: plain error {@code sum e / n};
 * windowed error, the same over the last w; fading error {@code S / B} with {@code S = e + a S},
 * {@code B = 1 + a B} (Gama, Sebastiao and Rodrigues, "On evaluating stream learning algorithms",
 * Machine Learning 2013). Cohen's kappa {@code (p - q) / (1 - q)} with the accuracy p and the
 * accuracy q of chance with the same frequencies; temporal kappa with q that of repeating the label
 * before (Zliobaite et al., "Evaluation methods and decision theory for classification of streaming
 * data with temporal dependence", Machine Learning 2015); balanced accuracy, the mean over classes
 * seen of the share that was recognised.
 *
 * <p>Thread-safety: none.
 */
final class Prequential {

  static final int POINTS_MAX = 200;

  private final PrequentialConfig config;
  private final int classes;
  private final int pointEvery;
  private final PriorityQueue<Waiting> waiting =
      new PriorityQueue<>(Comparator.comparingLong(Waiting::due).thenComparingInt(Waiting::index));
  private final long[] labels;
  private final long[] predictions;
  private final long[] recognised;
  private final boolean[] window;
  private final List<Point> points = new ArrayList<>();
  private int positions;
  private int never;
  private int labelled;
  private int wrong;
  private int wrongInWindow;
  private double fadingWrong;
  private double fadingCount;
  private int previousLabel = -1;
  private int repeatedRight;

  /** A prediction whose label is not known yet; -1 is no class. */
  private record Waiting(long due, int index, int label, int predicted) {}

  /**
   * Where the errors stood, percent.
   *
   * @param samples of the stream so far
   * @param labelled of them
   */
  record Point(int samples, int labelled, double error, double windowError, double fadingError) {}

  /**
   * How it went; the component names are keys of {@code report.json}.
   *
   * @param labelled samples whose label became known
   * @param unlabelled samples whose label did not
   * @param error percent of the labelled
   * @param windowError percent of the last ones
   * @param fadingError percent, older ones counting less
   * @param kappa -1 to 1
   * @param kappaTemporal at most 1
   * @param balancedAccuracy percent
   * @param points over time
   */
  record Result(
      int labelled,
      int unlabelled,
      double error,
      double windowError,
      double fadingError,
      double kappa,
      double kappaTemporal,
      double balancedAccuracy,
      List<Point> points) {}

  /**
   * @param samples of the whole stream
   */
  Prequential(PrequentialConfig config, int classes, int samples) {
    this.config = config;
    this.classes = classes;
    this.pointEvery = Math.max(1, (samples + POINTS_MAX - 1) / POINTS_MAX);
    this.labels = new long[classes];
    this.predictions = new long[classes];
    this.recognised = new long[classes];
    this.window = new boolean[config.window()];
  }

  /**
   * Takes in a batch in order.
   *
   * @param logits what was predicted before anything was learnt from the batch, one row a sample
   */
  void add(List<ScenarioSample> batch, Tensor logits) {
    for (int row = 0; row < batch.size(); row++) {
      ScenarioSample sample = batch.get(row);
      int predicted =
          Mistakes.isNumber(logits, row)
              ? Softmax.argMax(logits.data(), row * classes, classes)
              : -1;
      add(sample.label(), sample.labelDelay(), predicted);
    }
  }

  /** The same for one sample; a prediction of -1 is always wrong. */
  void add(int label, int labelDelay, int predicted) {
    int delay = labelDelay == DataSet.UNSTATED ? config.labelDelay() : labelDelay;
    int index = positions++;
    if (delay == DataSet.NEVER) {
      never++;
    } else {
      waiting.add(new Waiting((long) index + delay, index, label, predicted));
    }
    while (!waiting.isEmpty() && waiting.element().due <= index) {
      Waiting known = waiting.remove();
      judge(known.label, known.predicted);
    }
    if (positions % pointEvery == 0 && labelled > 0) {
      points.add(new Point(positions, labelled, error(), windowError(), fadingError()));
    }
  }

  private void judge(int label, int predicted) {
    boolean mistake = label != predicted;
    int slot = labelled % window.length;
    wrongInWindow += (mistake ? 1 : 0) - (labelled >= window.length && window[slot] ? 1 : 0);
    window[slot] = mistake;
    labelled++;
    wrong += mistake ? 1 : 0;
    fadingWrong = (mistake ? 1 : 0) + config.fading() * fadingWrong;
    fadingCount = 1 + config.fading() * fadingCount;
    labels[label]++;
    recognised[label] += mistake ? 0 : 1;
    if (predicted >= 0) {
      predictions[predicted]++;
    }
    repeatedRight += label == previousLabel ? 1 : 0;
    previousLabel = label;
  }

  private double error() {
    return 100.0 * wrong / labelled;
  }

  private double windowError() {
    return 100.0 * wrongInWindow / Math.min(labelled, window.length);
  }

  private double fadingError() {
    return 100 * fadingWrong / fadingCount;
  }

  /** Everything; errors are 0 when no label became known. */
  Result result() {
    int unlabelled = never + waiting.size();
    if (labelled == 0) {
      return new Result(0, unlabelled, 0, 0, 0, 0, 0, 0, List.of());
    }
    double right = 1 - (double) wrong / labelled;
    return new Result(
        labelled,
        unlabelled,
        error(),
        windowError(),
        fadingError(),
        kappa(right, chance()),
        kappa(right, (double) repeatedRight / labelled),
        balancedAccuracy(),
        List.copyOf(points));
  }

  private static double kappa(double right, double other) {
    return other == 1 ? 0 : (right - other) / (1 - other);
  }

  private double chance() {
    double chance = 0;
    for (int c = 0; c < classes; c++) {
      chance += (double) labels[c] / labelled * predictions[c] / labelled;
    }
    return chance;
  }

  private double balancedAccuracy() {
    double sum = 0;
    int seen = 0;
    for (int c = 0; c < classes; c++) {
      if (labels[c] > 0) {
        sum += 100.0 * recognised[c] / labels[c];
        seen++;
      }
    }
    return sum / seen;
  }
}
