package dev.meander.streams.prediction;

import dev.meander.core.learner.Refused;
import dev.meander.core.learner.Step;
import dev.meander.core.learner.Version;
import dev.meander.core.math.Softmax;
import dev.meander.core.math.Vectors;
import dev.meander.core.tensor.Sample;
import dev.meander.core.tensor.Tensor;
import dev.meander.schemas.record.Prediction;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A step's predictions as records: one for each sample of its batch, in the batch's order.
 *
 * <p>A row of logits that is not finite is no answer. Its sample gets a record all the same,
 * without logits and class, so that nobody waits for it; so does a sample that the model did not
 * take, behind the others of its batch.
 *
 * <p>Thread-safety: immutable.
 *
 * @param method name of the method that answers
 * @param samplesPartition partition of samples that the steps are made of
 */
record Predictions(String method, int samplesPartition) {

  /**
   * The predictions of {@code step}.
   *
   * @param lineage whose learner made it
   */
  List<Prediction> of(String lineage, Step step) {
    Tensor logits = step.logits();
    List<Sample> samples = step.samples();
    if (logits.rows() != samples.size()) {
      throw new IllegalStateException(
          "expected logits for the "
              + samples.size()
              + " samples of step "
              + step.number()
              + " of "
              + lineage
              + ", found "
              + logits.rows());
    }
    Version version = step.version();
    Long number = version == null ? null : version.id().number();
    List<Prediction> predictions = new ArrayList<>(samples.size());
    for (int i = 0; i < samples.size(); i++) {
      predictions.add(prediction(lineage, step, number, samples.get(i), logits.row(i)));
    }
    for (Refused refused : step.refused()) {
      predictions.add(prediction(lineage, step, number, refused.sample(), new float[0]));
    }
    return predictions;
  }

  private Prediction prediction(
      String lineage, Step step, @Nullable Long version, Sample sample, float[] row) {
    return Prediction.newBuilder()
        .setLineage(lineage)
        .setEventId(sample.eventId())
        .setSamplesPartition(samplesPartition)
        .setSampleOffset(sample.offset())
        .setStep(step.number())
        .setParent(step.parent())
        .setVersion(version)
        .setLogits(isAnswer(row) ? boxed(row) : List.of())
        .setPredictedClass(predictedClass(row))
        .setMethod(method)
        .setEventTime(Instant.ofEpochMilli(sample.eventTimeMillis()))
        .build();
  }

  /** {@code prediction} as it is written when its logits are too large for a record. */
  static Prediction withoutLogits(Prediction prediction) {
    return Prediction.newBuilder(prediction).setLogits(List.of()).build();
  }

  private static boolean isAnswer(float[] row) {
    return row.length > 0 && Vectors.allFinite(row);
  }

  private static @Nullable Integer predictedClass(float[] row) {
    return isAnswer(row) ? Softmax.argMax(row, 0, row.length) : null;
  }

  private static List<Float> boxed(float[] row) {
    List<Float> boxed = new ArrayList<>(row.length);
    for (float value : row) {
      boxed.add(value);
    }
    return boxed;
  }
}
