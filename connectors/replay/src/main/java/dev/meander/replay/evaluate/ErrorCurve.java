package dev.meander.replay.evaluate;

import dev.meander.replay.evaluate.RunResult.BatchResult;
import java.util.ArrayList;
import java.util.List;

/**
 * Error over time, in at most {@link #POINTS_MAX} points of equally many batches.
 *
 * @param samples stream position of each point's end
 * @param error the learner's own, percent
 * @param errorServed of the versions as published, percent
 */
record ErrorCurve(List<Integer> samples, List<Double> error, List<Double> errorServed) {

  static final int POINTS_MAX = 300;

  static ErrorCurve of(List<BatchResult> batches) {
    int count = batches.isEmpty() ? 0 : batches.get(batches.size() - 1).batch() + 1;
    int perPoint = Math.max(1, (count + POINTS_MAX - 1) / POINTS_MAX);
    ErrorCurve curve = new ErrorCurve(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    int position = 0;
    int samples = 0;
    int wrong = 0;
    int wrongServed = 0;
    for (int i = 0; i < batches.size(); i++) {
      BatchResult batch = batches.get(i);
      samples += batch.samples();
      wrong += batch.wrong();
      wrongServed += batch.wrongServed();
      boolean last = i + 1 == batches.size();
      if (last || batches.get(i + 1).batch() / perPoint != batch.batch() / perPoint) {
        position += samples;
        curve.samples.add(position);
        curve.error.add(rounded(100.0 * wrong / samples));
        curve.errorServed.add(rounded(100.0 * wrongServed / samples));
        samples = 0;
        wrong = 0;
        wrongServed = 0;
      }
    }
    return curve;
  }

  private static double rounded(double percent) {
    return Math.round(percent * 100) / 100.0;
  }
}
