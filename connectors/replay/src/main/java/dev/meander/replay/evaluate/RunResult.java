package dev.meander.replay.evaluate;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one run gave. The component names are the keys of {@code report.json}; errors are percent.
 *
 * @param key digest of everything the result depends on
 * @param method name of the method
 * @param scenario name of the scenario
 * @param seed of order and learner
 * @param segments errors in order of the stream; in mixed streams in the standard order
 * @param meanError unweighted mean over segments of the learner's own predictions
 * @param meanErrorServed the same of the versions as published, one sample at a time
 * @param pooledError over all samples
 * @param pooledErrorServed over all samples
 * @param meanErrorSeverest mean over the segments of the highest severity
 * @param forgetting in scenarios with clean segments: mean error over them minus the frozen model's
 *     on the same images, points
 * @param adapted samples that a step of the learner used
 * @param skipped samples that none used
 * @param secondsForward time of one forward pass over every sample, as served
 * @param secondsStep time of the learner's steps
 * @param calibration of the learner's own predictions
 * @param calibrationServed of the versions as published
 * @param versions what would have been published
 * @param batches errors over time
 * @param verdicts what the guard said of every candidate
 * @param prequential of the learner's own predictions, as labels became known; null unless the
 *     stream was recorded in order of time
 * @param prequentialServed of the versions as published
 */
public record RunResult(
    String key,
    String method,
    String scenario,
    long seed,
    List<SegmentResult> segments,
    double meanError,
    double meanErrorServed,
    double pooledError,
    double pooledErrorServed,
    double meanErrorSeverest,
    @Nullable Double forgetting,
    long adapted,
    long skipped,
    double secondsForward,
    double secondsStep,
    Calibration.Result calibration,
    Calibration.Result calibrationServed,
    List<VersionResult> versions,
    List<BatchResult> batches,
    List<VerdictResult> verdicts,
    Prequential.@Nullable Result prequential,
    Prequential.@Nullable Result prequentialServed) {

  /**
   * Errors of one segment, percent.
   *
   * @param severity 0 for clean images
   * @param cycle repetition, from 1
   */
  public record SegmentResult(
      String name, int severity, int cycle, int samples, double error, double errorServed) {}

  /**
   * One version.
   *
   * @param hash its content hash, 64 hexadecimal digits
   */
  public record VersionResult(long version, String hash) {}

  /**
   * Mistakes of one batch within one segment.
   *
   * @param batch index of the batch, from 0
   * @param segment index of the segment
   * @param wrong mistakes of the learner's own predictions
   * @param wrongServed mistakes of the version that was live
   */
  public record BatchResult(int batch, int segment, int samples, int wrong, int wrongServed) {}

  /**
   * What the guard said of one candidate.
   *
   * @param batch index of the batch that made it, from 0
   * @param outcome name of the outcome
   * @param reasons empty only for PROMOTE
   * @param evidence the numbers it looked at, by name
   */
  public record VerdictResult(
      int batch, String outcome, List<String> reasons, Map<String, Double> evidence) {}
}
