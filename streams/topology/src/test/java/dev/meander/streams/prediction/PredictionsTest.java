package dev.meander.streams.prediction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.meander.core.learner.Step;
import dev.meander.core.tensor.Sample;
import dev.meander.core.tensor.Tensor;
import dev.meander.schemas.record.Prediction;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PredictionsTest {

  private static final String LINEAGE = "glyphs:global";
  private static final List<Sample> SAMPLES = List.of(sample("a", 100, 7), sample("b", 200, 9));

  private final Predictions predictions = new Predictions("auto", 3);

  private static Sample sample(String eventId, long timeMillis, long offset) {
    return new Sample(eventId, timeMillis, new float[] {0}, new float[0], 1, offset);
  }

  private List<Prediction> of(float... logits) {
    Tensor rows = new Tensor(logits, 2, logits.length / 2);
    return predictions.of(LINEAGE, new Step(5, 4, SAMPLES, rows, .5, null, null));
  }

  @Test
  void shouldAnswerEverySampleInTheOrderOfTheBatch() {
    List<Prediction> found = of(0, 2, -1, 5, -2, 4.5f);
    assertThat(found)
        .extracting(
            Prediction::getEventId,
            Prediction::getSampleOffset,
            Prediction::getEventTime,
            Prediction::getLogits,
            Prediction::getPredictedClass)
        .containsExactly(
            tuple("a", 7L, Instant.ofEpochMilli(100), List.of(0f, 2f, -1f), 1),
            tuple("b", 9L, Instant.ofEpochMilli(200), List.of(5f, -2f, 4.5f), 0));
    assertThat(found)
        .extracting(
            Prediction::getLineage,
            Prediction::getMethod,
            Prediction::getSamplesPartition,
            Prediction::getStep,
            Prediction::getParent,
            Prediction::getVersion)
        .containsOnly(tuple(LINEAGE, "auto", 3, 5L, 4L, null));
  }

  @Test
  void shouldTakeTheFirstClassWhenSeveralAreEquallyLikely() {
    assertThat(of(1, 3, 3, 2, 2, 2))
        .extracting(Prediction::getPredictedClass)
        .containsExactly(1, 0);
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void shouldSayThatThereIsNoAnswerWhenALogitIsNotFinite(float bad) {
    assertThat(of(0, bad, 1, 2))
        .extracting(Prediction::getEventId, Prediction::getLogits, Prediction::getPredictedClass)
        .containsExactly(tuple("a", List.of(), null), tuple("b", List.of(1f, 2f), 1));
  }

  @Test
  void shouldKeepTheClassWhenTheLogitsAreLeftOut() {
    Prediction whole = of(0, 2, 5, 1).get(0);
    Prediction cut = Predictions.withoutLogits(whole);
    assertThat(cut.getLogits()).isEmpty();
    assertThat(cut.getPredictedClass()).isEqualTo(1);
    assertThat(whole.getLogits()).containsExactly(0f, 2f);
  }

  @Test
  void shouldRefuseAStepWhoseLogitsAreOfAnotherBatch() {
    Step step = new Step(5, 4, SAMPLES, new Tensor(new float[6], 3, 2), .5, null, null);
    assertThatThrownBy(() -> predictions.of(LINEAGE, step))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("expected logits for the 2 samples of step 5 of glyphs:global, found 3");
  }
}
