package dev.meander.streams;

import dev.meander.core.model.FakeModel;
import dev.meander.core.wire.EventReader;
import dev.meander.schemas.record.InferenceEvent;
import dev.meander.schemas.record.Sample;
import dev.meander.schemas.record.TensorData;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Draws events of a drifted stream for the fake model; equal seeds give equal events. */
final class Events {

  static final int[] SHAPE = {3, 4, 4};
  static final int CLASSES = 5;
  static final long START_MILLIS = 1_700_000_000_000L;
  private static final float DRIFT = 0.5f;

  private final FakeModel model = new FakeModel("fake", SHAPE, CLASSES, 1);
  private final String lineage;
  private final SplittableRandom random;
  private int drawn;

  Events(String lineage, long seed) {
    this.lineage = lineage;
    this.random = new SplittableRandom(seed);
  }

  /** The next event, a second after the one before. */
  InferenceEvent next() {
    return builder().build();
  }

  List<InferenceEvent> next(int count) {
    List<InferenceEvent> events = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      events.add(next());
    }
    return events;
  }

  /** The next event, to be spoilt. */
  InferenceEvent.Builder builder() {
    float[] input = model.input(drawn % CLASSES, random, 0.3);
    for (int i = 0; i < input.length; i++) {
      input[i] += DRIFT;
    }
    return InferenceEvent.newBuilder()
        .setEventId(lineage + "-" + drawn)
        .setLineage(lineage)
        .setVersion(0)
        .setEventTime(Instant.ofEpochMilli(START_MILLIS + 1000L * drawn++))
        .setInput(tensor(input))
        .setLogits(List.of(4f, 1f, 0f, 0f, 0f))
        .setNode("node-1");
  }

  static TensorData tensor(float[] input) {
    return EventReader.tensor(input, SHAPE);
  }

  /** {@code event} as the gate would write it. */
  static Sample sample(InferenceEvent event, long offset) {
    return new Sample(event, 0.5, 1.0, 0, offset);
  }
}
