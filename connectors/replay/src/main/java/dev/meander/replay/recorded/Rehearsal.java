package dev.meander.replay.recorded;

import dev.meander.core.learner.Learner;
import dev.meander.core.learner.LearnerConfig;
import dev.meander.core.learner.Step;
import dev.meander.core.learner.Version;
import dev.meander.core.math.Softmax;
import dev.meander.core.model.AdaptableModel;
import dev.meander.core.tensor.Sample;
import dev.meander.core.tensor.Tensor;
import dev.meander.core.weights.LineageId;
import dev.meander.core.wire.AdapterWriter;
import java.util.ArrayList;
import java.util.List;

/**
 * What a configuration would have made of recorded samples: a learner that begins at the base model
 * with the first of them. The samples are those the recorded gate let through.
 *
 * <p>Thread-safety: none; several may share a model on one thread.
 */
public final class Rehearsal {

  /** Scenario of a run over recorded samples. */
  static final String RECORDED = "recorded";

  private final String name;
  private final LearnerConfig config;
  private final AdaptableModel model;
  private final PublishedContent published;
  private final Learner learner;
  private final List<ReplayRun.RunVersion> versions = new ArrayList<>();
  private final List<RunBatch> batches = new ArrayList<>();

  /**
   * @param name what the run is called in the report
   * @param lineage whose samples are offered
   * @param config of the learner
   * @param model the base model
   * @param writer makes records as the publisher would
   * @throws IllegalArgumentException when the method cannot adapt this model
   */
  public Rehearsal(
      String name,
      LineageId lineage,
      LearnerConfig config,
      AdaptableModel model,
      AdapterWriter writer) {
    this.name = name;
    this.config = config;
    this.model = model;
    this.published = new PublishedContent(writer);
    this.learner = new Learner(lineage, config, model);
  }

  /**
   * Takes in one sample.
   *
   * @param partition of {@code samples} that it lies on
   */
  public void offer(Sample sample, int partition) {
    learner.offer(sample, model).forEach(step -> take(step, partition));
  }

  private void take(Step step, int partition) {
    if (step.samples().isEmpty()) {
      return; // the model took none of the batch
    }
    batches.add(batch(step));
    Version version = step.version();
    if (version != null) {
      PublishedContent.Published decoded =
          published.of(version, partition, PublishedContent.Fate.WRITTEN);
      if (decoded != null) {
        versions.add(
            new ReplayRun.RunVersion(
                version.id().number(), decoded.content().hex(), version.lastOffset()));
      }
    }
  }

  private static RunBatch batch(Step step) {
    Tensor logits = step.logits();
    double entropySum = 0;
    int answered = 0;
    int changed = 0;
    int classes = logits.rowSize();
    float[] logProbabilities = new float[logits.data().length];
    Softmax.logSoftmax(logits.data(), logits.rows(), classes, logProbabilities);
    for (int row = 0; row < logits.rows(); row++) {
      entropySum += Softmax.entropy(logProbabilities, row * classes, classes);
      float[] served = step.samples().get(row).servedLogits();
      if (served.length != 0) {
        answered++;
        changed +=
            Softmax.argMax(served, 0, classes)
                    == Softmax.argMax(logits.data(), row * classes, classes)
                ? 0
                : 1;
      }
    }
    List<Sample> samples = step.samples();
    return new RunBatch(
        samples.get(0).offset(),
        samples.get(samples.size() - 1).offset(),
        samples.size(),
        entropySum / samples.size(),
        answered,
        changed);
  }

  /** What came of it so far. */
  public ReplayRun result() {
    long adapted = batches.stream().mapToLong(RunBatch::samples).sum();
    long answered = batches.stream().mapToLong(RunBatch::answered).sum();
    long changed = batches.stream().mapToLong(RunBatch::changed).sum();
    double entropySum =
        batches.stream().mapToDouble(batch -> batch.meanEntropy() * batch.samples()).sum();
    return new ReplayRun(
        name,
        config.method().name(),
        RECORDED,
        config.seed(),
        config.digest().hex(),
        adapted,
        learner.pending().size(),
        learner.steps(),
        adapted == 0 ? null : entropySum / adapted,
        answered == 0 ? null : (double) changed / answered,
        batches,
        versions);
  }
}
