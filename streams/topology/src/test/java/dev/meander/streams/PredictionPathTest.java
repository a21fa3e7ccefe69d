package dev.meander.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.meander.core.learner.Learner;
import dev.meander.core.learner.Step;
import dev.meander.core.math.Softmax;
import dev.meander.core.model.AdaptableModel;
import dev.meander.core.weights.LineageId;
import dev.meander.core.wire.EventReader;
import dev.meander.core.wire.EventReading;
import dev.meander.schemas.Topic;
import dev.meander.schemas.record.InferenceEvent;
import dev.meander.schemas.record.Prediction;
import dev.meander.streams.prediction.PredictionStage;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The learner's own answers: one for each sample of a step, equal to the step's. */
class PredictionPathTest {

  private static final Map<String, String> ON = Map.of("predictions.enabled", "true");
  private static final LineageId LINEAGE = LineageId.parse(PathDriver.LINEAGE);

  private static Map<String, String> on(String key, String value) {
    Map<String, String> settings = new HashMap<>(ON);
    settings.put(key, value);
    return settings;
  }

  @Test
  void shouldAnswerEverySampleOfABatchWithTheNumbersOfItsStep(@TempDir Path folder) {
    List<InferenceEvent> events = new Events(PathDriver.LINEAGE, 1).next(11);
    try (PathDriver path = new PathDriver(folder, ON)) {
      events.forEach(path::traffic);

      List<Prediction> predictions = path.predictions();
      assertThat(predictions).isEqualTo(expected(path, events));
      assertThat(predictions)
          .extracting(Prediction::getEventId)
          .containsExactlyElementsOf(
              events.subList(0, 8).stream().map(InferenceEvent::getEventId).toList());
      assertThat(predictions)
          .extracting(Prediction::getSampleOffset)
          .containsExactlyElementsOf(LongStream.range(0, 8).boxed().toList());
      assertThat(predictions.subList(0, 4))
          .extracting(Prediction::getStep, Prediction::getParent, Prediction::getVersion)
          .containsOnly(tuple(1L, 0L, 1L));
      assertThat(predictions.subList(4, 8))
          .extracting(Prediction::getStep, Prediction::getParent, Prediction::getVersion)
          .containsOnly(tuple(2L, 1L, 2L));
      assertThat(path.total("predictions", "WRITTEN")).isEqualTo(8);
    }
  }

  /** What a learner without a topology predicts. */
  private static List<Prediction> expected(PathDriver path, List<InferenceEvent> events) {
    List<Prediction> expected = new ArrayList<>();
    try (AdaptableModel model = path.base.provider().open(path.base.source())) {
      Learner learner = new Learner(LINEAGE, path.config.learner(), model);
      EventReader reader = new EventReader(model.spec());
      for (int i = 0; i < events.size(); i++) {
        EventReading.Usable usable = (EventReading.Usable) reader.read(events.get(i), 1, i);
        for (Step step : learner.offer(usable.sample(), model)) {
          for (int row = 0; row < step.samples().size(); row++) {
            expected.add(prediction(step, row, events.get((int) step.samples().get(row).offset())));
          }
        }
      }
    }
    return expected;
  }

  private static Prediction prediction(Step step, int row, InferenceEvent event) {
    float[] logits = step.logits().row(row);
    List<Float> boxed = new ArrayList<>();
    for (float logit : logits) {
      boxed.add(logit);
    }
    return Prediction.newBuilder()
        .setLineage(event.getLineage())
        .setEventId(event.getEventId())
        .setSamplesPartition(0)
        .setSampleOffset(step.samples().get(row).offset())
        .setStep(step.number())
        .setParent(step.parent())
        .setVersion(step.version() == null ? null : step.version().id().number())
        .setLogits(boxed)
        .setPredictedClass(Softmax.argMax(logits, 0, logits.length))
        .setMethod("tent")
        .setEventTime(event.getEventTime())
        .build();
  }

  @Test
  void shouldWriteNothingUnlessItIsSwitchedOn(@TempDir Path folder) {
    try (PathDriver path = new PathDriver(folder, Map.of())) {
      new Events(PathDriver.LINEAGE, 1).next(8).forEach(path::traffic);

      assertThat(path.adapters()).hasSize(2);
      assertThat(path.predictions()).isEmpty();
    }
  }

  @Test
  void shouldKeyByLineageAndStampWithTheTimeOfTheRecordsRead(@TempDir Path folder) {
    Instant late = Instant.ofEpochMilli(Events.START_MILLIS).plus(Duration.ofDays(365));
    try (PathDriver path = new PathDriver(folder, ON)) {
      for (InferenceEvent event : new Events(PathDriver.LINEAGE, 1).next(4)) {
        byte[] sample =
            path.serdes.serialize(path.config.topics().samples(), Events.sample(event, 0));
        path.sample(PathDriver.bytes(PathDriver.LINEAGE), sample, late);
      }

      List<TestRecord<byte[], byte[]>> written = path.written(Topic.PREDICTIONS);
      assertThat(written).hasSize(4);
      assertThat(written)
          .extracting(TestRecord::key)
          .containsOnly(PathDriver.bytes(PathDriver.LINEAGE));
      assertThat(written).extracting(TestRecord::timestamp).containsOnly(late.toEpochMilli());
    }
  }

  @Test
  void shouldAnswerAPartialBatchThatEventTimeFlushes(@TempDir Path folder) {
    try (PathDriver path = new PathDriver(folder, on("batch.age.max", "10s"))) {
      Events events = new Events(PathDriver.LINEAGE, 1);
      events.next(3).forEach(path::traffic);
      assertThat(path.predictions()).isEmpty();
      path.traffic(
          events
              .builder()
              .setEventTime(Instant.ofEpochMilli(Events.START_MILLIS + 10_001))
              .build());

      assertThat(path.predictions())
          .extracting(Prediction::getEventId, Prediction::getStep)
          .containsExactly(
              tuple("fake:global-0", 1L), tuple("fake:global-1", 1L), tuple("fake:global-2", 1L));
    }
  }

  @Test
  void shouldAnswerWhenAStepMakesNoVersion(@TempDir Path folder) {
    try (PathDriver path = new PathDriver(folder, on("guard.drift.max", "0"))) {
      new Events(PathDriver.LINEAGE, 1).next(8).forEach(path::traffic);

      assertThat(path.adapters()).isEmpty();
      assertThat(path.predictions())
          .hasSize(8)
          .extracting(Prediction::getParent, Prediction::getVersion)
          .containsOnly(tuple(0L, null));
    }
  }

  @Test
  void shouldNotAnswerEventsThatTheGateSkips(@TempDir Path folder) {
    // all events carry the same served answer, so that the first one alone is a sample
    Map<String, String> settings = on("gate.redundancy.max.cosine", "0.999");
    settings.put("batch.size", "1");
    settings.put("batch.min", "1");
    settings.put("method.name", "source");
    try (PathDriver path = new PathDriver(folder, settings)) {
      new Events(PathDriver.LINEAGE, 1).next(4).forEach(path::traffic);

      assertThat(path.predictions())
          .extracting(Prediction::getEventId, Prediction::getMethod)
          .containsExactly(tuple("fake:global-0", "source"));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4, 6, 7})
  void shouldAnswerEverySampleOnceWhenRestarted(int cut, @TempDir Path folder) {
    List<InferenceEvent> events = new Events(PathDriver.LINEAGE, 1).next(8);
    List<Prediction> predictions = new ArrayList<>();
    Map<String, Map<String, byte[]>> stores;
    try (PathDriver path = new PathDriver(folder, ON)) {
      events.subList(0, cut).forEach(event -> path.sample(Events.sample(event, 0)));
      predictions.addAll(path.predictions());
      stores = path.stores();
    }
    try (PathDriver path = new PathDriver(folder, ON)) {
      path.restore(stores, cut);
      events.subList(cut, 8).forEach(event -> path.sample(Events.sample(event, 0)));
      predictions.addAll(path.predictions());
      assertThat(predictions).hasSize(8).isEqualTo(expected(path, events));
    }
  }

  @Test
  void shouldSayThatThereIsNoAnswerWhenLogitsAreNotFinite(@TempDir Path folder) {
    Map<String, String> settings = on("method.name", "source");
    try (PathDriver path = new PathDriver(folder, settings)) {
      Events events = new Events(PathDriver.LINEAGE, 1);
      events.next(2).forEach(path::traffic);
      float[] extreme = new float[48];
      Arrays.fill(extreme, Float.MAX_VALUE);
      path.traffic(events.builder().setInput(Events.tensor(extreme)).build());
      path.traffic(events.next());

      List<Prediction> predictions = new ArrayList<>(path.predictions());
      assertThat(predictions).hasSize(4);
      assertThat(predictions.get(2).getLogits()).isEmpty();
      assertThat(predictions.get(2).getPredictedClass()).isNull();
      predictions.remove(2);
      assertThat(predictions).allSatisfy(other -> assertThat(other.getLogits()).hasSize(5));
      assertThat(path.total("predictions", "WRITTEN")).isEqualTo(3);
      assertThat(path.total("predictions", "NOT_FINITE")).isEqualTo(1);
    }
  }

  @Test
  void shouldLeaveOutLogitsThatAreTooLargeForARecord(@TempDir Path folder) {
    try (PathDriver path = new PathDriver(folder, on("samples.record.max.bytes", "1024"))) {
      Events events = new Events(PathDriver.LINEAGE, 1);
      String longId = "x".repeat(1024);
      path.sample(Events.sample(events.builder().setEventId(longId).build(), 0));
      events.next(3).forEach(event -> path.sample(Events.sample(event, 0)));

      List<Prediction> predictions = path.predictions();
      assertThat(predictions)
          .extracting(prediction -> prediction.getLogits().size())
          .containsExactly(0, 5, 5, 5);
      assertThat(predictions.get(0).getEventId()).isEqualTo(longId);
      assertThat(predictions).extracting(Prediction::getPredictedClass).doesNotContainNull();
      assertThat(path.total("predictions", "TOO_LARGE")).isEqualTo(1);
    }
  }

  @Test
  void shouldBoundTheBytesOfAStep(@TempDir Path folder) {
    try (PathDriver path = new PathDriver(folder, ON)) {
      new Events(PathDriver.LINEAGE, 1).next(4).forEach(path::traffic);
      long written =
          path.written(Topic.PREDICTIONS).stream()
              .mapToLong(record -> record.key().length + record.value().length)
              .sum();
      assertThat(PredictionStage.stepBytes(4, Events.CLASSES)).isBetween(written, 10 * written);
    }
  }
}
