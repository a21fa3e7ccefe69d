package dev.meander.replay.evaluate;

import dev.meander.core.math.Softmax;
import dev.meander.core.tensor.Tensor;
import dev.meander.replay.evaluate.RunResult.BatchResult;
import dev.meander.replay.evaluate.RunResult.SegmentResult;
import dev.meander.replay.scenario.ScenarioSample;
import dev.meander.replay.scenario.ScenarioSegment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.TreeMap;

/** Counts the mistakes of a run, by batch and by segment. Thread-safety: none. */
final class Mistakes {

  private final List<ScenarioSegment> segments;
  private final int[] samples;
  private final int[] wrong;
  private final int[] wrongServed;
  private final List<BatchResult> batches = new ArrayList<>();
  private int batchCount;

  Mistakes(List<ScenarioSegment> segments) {
    this.segments = segments;
    this.samples = new int[segments.size()];
    this.wrong = new int[segments.size()];
    this.wrongServed = new int[segments.size()];
  }

  /**
   * Takes in a batch.
   *
   * @param own the learner's logits, one row a sample
   * @param served logits of the live version
   */
  void add(List<ScenarioSample> batch, Tensor own, Tensor served) {
    TreeMap<Integer, int[]> bySegment = new TreeMap<>();
    for (int row = 0; row < batch.size(); row++) {
      ScenarioSample sample = batch.get(row);
      int[] counts = bySegment.computeIfAbsent(sample.segment(), key -> new int[3]);
      counts[0]++;
      counts[1] += isWrong(own, row, sample.label()) ? 1 : 0;
      counts[2] += isWrong(served, row, sample.label()) ? 1 : 0;
    }
    bySegment.forEach(
        (segment, counts) -> {
          samples[segment] += counts[0];
          wrong[segment] += counts[1];
          wrongServed[segment] += counts[2];
          batches.add(new BatchResult(batchCount, segment, counts[0], counts[1], counts[2]));
        });
    batchCount++;
  }

  /** True when the largest logit is another's; an answer that is not a number is wrong. */
  static boolean isWrong(Tensor logits, int row, int label) {
    int classes = logits.rowSize();
    return !isNumber(logits, row) || Softmax.argMax(logits.data(), row * classes, classes) != label;
  }

  /** False when one of the logits of a row is NaN. */
  static boolean isNumber(Tensor logits, int row) {
    int classes = logits.rowSize();
    for (int c = 0; c < classes; c++) {
      if (Float.isNaN(logits.data()[row * classes + c])) {
        return false;
      }
    }
    return true;
  }

  List<SegmentResult> segments() {
    List<SegmentResult> results = new ArrayList<>();
    for (int i = 0; i < samples.length; i++) {
      ScenarioSegment segment = segments.get(i);
      results.add(
          new SegmentResult(
              segment.name(),
              segment.severity(),
              segment.cycle(),
              samples[i],
              percent(wrong[i], samples[i]),
              percent(wrongServed[i], samples[i])));
    }
    return results;
  }

  /** Batches so far, which is the index of the one under way. */
  int batchCount() {
    return batchCount;
  }

  List<BatchResult> batches() {
    return Collections.unmodifiableList(batches);
  }

  private static double percent(long part, long whole) {
    return 100.0 * part / whole;
  }

  double pooled() {
    return percent(sum(wrong), sum(samples));
  }

  double pooledServed() {
    return percent(sum(wrongServed), sum(samples));
  }

  private static long sum(int[] counts) {
    long sum = 0;
    for (int count : counts) {
      sum += count;
    }
    return sum;
  }
}
