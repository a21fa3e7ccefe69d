package dev.meander.replay.recorded;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A run over offsets, in at most {@link #POINTS_MAX} points of equally many batches.
 *
 * @param offsets of the last sample of each point
 * @param entropy mean over the samples of each point, in nats
 * @param changed share of answers that would have been others, percent; null where no served answer
 *     is recorded
 */
record RunCurve(List<Long> offsets, List<Double> entropy, List<@Nullable Double> changed) {

  static final int POINTS_MAX = 300;

  static RunCurve of(List<RunBatch> batches) {
    int perPoint = Math.max(1, (batches.size() + POINTS_MAX - 1) / POINTS_MAX);
    RunCurve curve = new RunCurve(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    for (int from = 0; from < batches.size(); from += perPoint) {
      curve.add(batches.subList(from, Math.min(batches.size(), from + perPoint)));
    }
    return curve;
  }

  private void add(List<RunBatch> batches) {
    int samples = 0;
    double entropySum = 0;
    int answered = 0;
    int differing = 0;
    for (RunBatch batch : batches) {
      samples += batch.samples();
      entropySum += batch.meanEntropy() * batch.samples();
      answered += batch.answered();
      differing += batch.changed();
    }
    offsets.add(batches.get(batches.size() - 1).lastOffset());
    entropy.add(entropySum / samples);
    changed.add(answered == 0 ? null : 100.0 * differing / answered);
  }
}
