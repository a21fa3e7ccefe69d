package dev.meander.replay.evaluate;

import dev.meander.core.guard.Verdict;
import dev.meander.core.learner.Learner;
import dev.meander.core.learner.Refused;
import dev.meander.core.learner.Step;
import dev.meander.core.learner.Version;
import dev.meander.core.method.SourceBatches;
import dev.meander.core.model.AdaptableModel;
import dev.meander.core.tensor.Sample;
import dev.meander.core.tensor.Tensor;
import dev.meander.core.weights.LineageId;
import dev.meander.core.weights.Sha256;
import dev.meander.replay.data.DataSetRefusedException;
import dev.meander.replay.evaluate.RunResult.SegmentResult;
import dev.meander.replay.evaluate.RunResult.VerdictResult;
import dev.meander.replay.evaluate.RunResult.VersionResult;
import dev.meander.replay.evaluate.SamplesAhead.Chunk;
import dev.meander.replay.scenario.Scenario;
import dev.meander.replay.scenario.ScenarioSample;
import dev.meander.replay.scenario.ScenarioStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * Drives one learner over one stream. A batch is answered by the live version first, then learnt
 * from; both answers are counted, so nothing is predicted with weights that saw it.
 *
 * <p>Thread-safety: none.
 */
final class ScenarioRun {

  private final RunPlan plan;
  private final Sha256 key;
  private final ScenarioStream stream;
  private final AdaptableModel model;
  private final AdaptableModel servingModel;
  private final SourceBatches source;
  private final LongSupplier nanoTime;
  private final boolean usesStatistics;
  private final Mistakes mistakes;
  private final @Nullable Prequential prequential;
  private final @Nullable Prequential prequentialServed;
  private final Calibration calibration = new Calibration();
  private final Calibration calibrationServed = new Calibration();
  private final List<VersionResult> versions = new ArrayList<>();
  private final List<VerdictResult> verdicts = new ArrayList<>();
  private final float[][] window;
  private Learner learner;
  private ServedModel served;
  private long versionsBefore;
  private long adapted;
  private long cleanSamples;
  private long cleanWrong;
  private long nanosForward;
  private long nanosStep;

  /**
   * What a run has of its own.
   *
   * @param learning the learner's module
   * @param serving another module of the same file
   * @param source training images for methods that use some
   */
  record Modules(AdaptableModel learning, AdaptableModel serving, SourceBatches source) {}

  /**
   * @param key of {@code plan}; kept in the result
   * @param nanoTime measures the cost
   */
  ScenarioRun(
      RunPlan plan, Sha256 key, ScenarioStream stream, Modules modules, LongSupplier nanoTime) {
    this.plan = plan;
    this.key = key;
    this.stream = stream;
    this.model = modules.learning;
    this.servingModel = modules.serving;
    this.source = modules.source;
    this.nanoTime = nanoTime;
    this.usesStatistics =
        model.spec().inventory().blocks().stream().anyMatch(block -> block.role().isStatistic());
    this.mistakes = new Mistakes(stream.segments());
    this.prequential = stream.isRecorded() ? newPrequential() : null;
    this.prequentialServed = stream.isRecorded() ? newPrequential() : null;
    this.window = new float[plan.learner().batchSize()][];
    this.learner = newLearner();
    this.served = new ServedModel(servingModel);
  }

  private Prequential newPrequential() {
    return new Prequential(plan.prequential(), model.spec().classes(), stream.size());
  }

  private Learner newLearner() {
    LineageId lineage = new LineageId(model.spec().name(), LineageId.GLOBAL);
    return new Learner(lineage, plan.learner(), model, source);
  }

  /** Told after every batch. */
  interface Watch {
    /**
     * A batch is done.
     *
     * @param samples of the batch
     * @throws RuntimeException to end the run
     */
    void advanced(int samples);
  }

  RunResult run(Watch watch) throws InterruptedException {
    try (SamplesAhead ahead = new SamplesAhead(stream, plan.learner().batchSize())) {
      for (Chunk chunk = ahead.next(); chunk != null; chunk = ahead.next()) {
        if (chunk.startsPart() && stream.scenario().resets()) {
          restart();
        }
        handle(chunk);
        watch.advanced(chunk.samples().size());
      }
    }
    return result();
  }

  private void restart() {
    versionsBefore += learner.version();
    learner = newLearner();
    served = new ServedModel(servingModel);
  }

  private void handle(Chunk chunk) {
    List<ScenarioSample> samples = chunk.samples();
    int[] labels = samples.stream().mapToInt(ScenarioSample::label).toArray();
    int[] shape = model.spec().inputShape();
    Tensor inputs = Tensor.stack(samples.stream().map(ScenarioSample::input).toList(), shape);
    long start = nanoTime.getAsLong();
    Tensor answers = served.answer(inputs);
    nanosForward += nanoTime.getAsLong() - start;
    countFrozen(samples, inputs, labels);
    Tensor own =
        plan.scenario() == Scenario.SINGLE_SAMPLE
            ? oneByOne(samples, answers)
            : batch(samples, answers, chunk.endsPart());
    mistakes.add(samples, own, answers);
    if (prequential != null && prequentialServed != null) {
      prequential.add(samples, own);
      prequentialServed.add(samples, answers);
    }
    calibration.add(own, labels);
    calibrationServed.add(answers, labels);
  }

  /** What the frozen model says to clean images, for the forgetting. */
  private void countFrozen(List<ScenarioSample> samples, Tensor inputs, int[] labels) {
    if (stream.scenario() != Scenario.FORGETTING
        || !stream.segments().get(samples.get(0).segment()).isClean()) {
      return;
    }
    // the learner binds its blocks before its next step, so its module may be borrowed here
    Tensor logits = new ServedModel(model).answer(inputs);
    for (int row = 0; row < labels.length; row++) {
      cleanSamples++;
      cleanWrong += Mistakes.isWrong(logits, row, labels[row]) ? 1 : 0;
    }
  }

  private Tensor batch(List<ScenarioSample> samples, Tensor answers, boolean endsPart) {
    long start = nanoTime.getAsLong();
    List<Step> steps = new ArrayList<>();
    for (int row = 0; row < samples.size(); row++) {
      steps.addAll(learner.offer(sample(samples.get(row), answers.row(row)), model));
    }
    if (endsPart) {
      steps.addAll(learner.flush(model));
    }
    nanosStep += nanoTime.getAsLong() - start;
    steps.forEach(ScenarioRun::checkTaken);
    if (steps.size() != 1 || steps.get(0).samples().size() != samples.size()) {
      throw new IllegalStateException(
          "expected one step over " + samples.size() + " samples, found " + steps.size());
    }
    publish(steps.get(0));
    return steps.get(0).logits();
  }

  private static void checkTaken(Step step) {
    for (Refused refused : step.refused()) {
      throw new DataSetRefusedException(
          "expected samples that the model takes, found sample "
              + refused.sample().offset()
              + ": "
              + refused.message());
    }
  }

  private static Sample sample(ScenarioSample sample, float[] answer) {
    String id = Integer.toString(sample.index());
    return new Sample(id, sample.index(), sample.input(), answer, 1, sample.index());
  }

  private void publish(Step step) {
    adapted += step.samples().size();
    Verdict verdict = step.verdict();
    if (verdict != null) {
      verdicts.add(
          new VerdictResult(
              mistakes.batchCount(),
              verdict.outcome().name(),
              verdict.reasons(),
              verdict.evidence()));
    }
    Version version = step.version();
    if (version != null) {
      served.swap(version.candidate().weights());
      versions.add(
          new VersionResult(versionsBefore + version.id().number(), version.id().content().hex()));
    }
  }

  /**
   * Batch size 1 with a window: a ring of the last inputs, in which each new one replaces the
   * oldest. The sample that fills the last place is predicted by the step over the whole ring, any
   * other one by a forward pass over the ring as it stands, without a step.
   */
  private Tensor oneByOne(List<ScenarioSample> samples, Tensor answers) {
    long start = nanoTime.getAsLong();
    int classes = answers.rowSize();
    float[] logits = new float[samples.size() * classes];
    for (int place = 0; place < samples.size(); place++) {
      window[place] = samples.get(place).input();
      List<Step> steps = learner.offer(sample(samples.get(place), answers.row(place)), model);
      steps.forEach(ScenarioRun::checkTaken);
      float[] own = steps.isEmpty() ? peek(place) : steps.get(0).logits().row(place);
      System.arraycopy(own, 0, logits, place * classes, classes);
      steps.forEach(this::publish);
    }
    nanosStep += nanoTime.getAsLong() - start;
    return new Tensor(logits, samples.size(), classes);
  }

  private float[] peek(int place) {
    float[] newest = window[place];
    if (!usesStatistics) {
      return learner.predict(List.of(newest), model).row(0);
    }
    List<float[]> ring = Arrays.stream(window).filter(input -> input != null).toList();
    return learner.predict(ring, model).row(place);
  }

  private RunResult result() {
    List<SegmentResult> segments = mistakes.segments();
    int severest = segments.stream().mapToInt(SegmentResult::severity).max().orElseThrow();
    return new RunResult(
        key.hex(),
        plan.method(),
        plan.scenario().label(),
        plan.seed(),
        segments,
        mean(segments, SegmentResult::error),
        mean(segments, SegmentResult::errorServed),
        mistakes.pooled(),
        mistakes.pooledServed(),
        mean(
            segments.stream().filter(segment -> segment.severity() == severest).toList(),
            SegmentResult::error),
        forgetting(segments),
        adapted,
        stream.size() - adapted,
        nanosForward / 1e9,
        nanosStep / 1e9,
        calibration.result(),
        calibrationServed.result(),
        versions,
        mistakes.batches(),
        verdicts,
        prequential == null ? null : prequential.result(),
        prequentialServed == null ? null : prequentialServed.result());
  }

  private static double mean(List<SegmentResult> segments, ToDoubleFunction<SegmentResult> error) {
    return segments.stream().mapToDouble(error).average().orElseThrow();
  }

  private @Nullable Double forgetting(List<SegmentResult> segments) {
    if (cleanSamples == 0) {
      return null;
    }
    List<SegmentResult> clean =
        segments.stream().filter(segment -> segment.severity() == 0).toList();
    return mean(clean, SegmentResult::error) - 100.0 * cleanWrong / cleanSamples;
  }
}
