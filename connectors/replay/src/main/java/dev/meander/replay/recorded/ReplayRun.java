package dev.meander.replay.recorded;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one configuration made of the samples of a range. The component names are keys of {@code
 * report.json}.
 *
 * @param name what the run is called: the file of its configuration
 * @param method name of the method
 * @param scenario always {@code recorded}
 * @param seed of everything random
 * @param config digest of the learner's configuration, 64 hexadecimal digits
 * @param adapted samples that steps have used
 * @param waiting samples of the batch that was not full at the end
 * @param steps updates
 * @param meanEntropy of the learner's own predictions before each update, in nats; null without
 *     steps
 * @param changedAnswers share of the samples to which it would have answered another class than was
 *     served, among those whose answer is recorded; null when none is
 * @param batches what each batch was, which is in {@code errors.csv}
 * @param versions what it would have published
 */
public record ReplayRun(
    String name,
    String method,
    String scenario,
    long seed,
    String config,
    long adapted,
    long waiting,
    long steps,
    @Nullable Double meanEntropy,
    @Nullable Double changedAnswers,
    @JsonIgnore List<RunBatch> batches,
    List<RunVersion> versions) {

  /**
   * A version of the run.
   *
   * @param version its number
   * @param hash content hash, 64 hexadecimal digits
   * @param lastOffset last offset that shaped it
   */
  public record RunVersion(long version, String hash, long lastOffset) {}

  public ReplayRun {
    batches = List.copyOf(batches);
    versions = List.copyOf(versions);
  }
}
