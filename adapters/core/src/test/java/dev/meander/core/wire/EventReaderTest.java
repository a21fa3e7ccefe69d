package dev.meander.core.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meander.core.tensor.Sample;
import dev.meander.core.weights.LineageId;
import dev.meander.schemas.RejectReason;
import dev.meander.schemas.record.InferenceEvent;
import dev.meander.schemas.record.TensorData;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class EventReaderTest {

  private final EventReader reader = new EventReader("glyphs", new int[] {2, 3}, 4);

  @Test
  void shouldReadAnEvent() {
    EventReading reading = reader.read(event().build(), .5, 99);
    assertThat(reading).isInstanceOf(EventReading.Usable.class);
    EventReading.Usable usable = (EventReading.Usable) reading;
    assertThat(usable.lineage()).isEqualTo(new LineageId("glyphs", "north"));
    Sample sample = usable.sample();
    assertThat(sample.eventId()).isEqualTo("e-1");
    assertThat(sample.eventTimeMillis()).isEqualTo(1_234);
    assertThat(sample.input()).containsExactly(1, 2, 3, 4, 5, 6);
    assertThat(sample.servedLogits()).containsExactly(.5f, -1, 2, 0);
    assertThat(sample.weight()).isEqualTo(.5);
    assertThat(sample.offset()).isEqualTo(99);
  }

  @Test
  void shouldReadAnEventWhoseAnswerWasNotKept() {
    EventReading reading = reader.read(event().setLogits(List.of()).build(), 1, 0);
    assertThat(((EventReading.Usable) reading).sample().servedLogits()).isEmpty();
  }

  @Test
  void shouldRefuseALineageItDoesNotServe() {
    refuses(
        event -> event.setLineage("glyphs"),
        RejectReason.UNKNOWN_LINEAGE,
        "expected a lineage written model:scope, found \"glyphs\"");
    refuses(
        event -> event.setLineage("plates:north"),
        RejectReason.UNKNOWN_LINEAGE,
        "expected a lineage of model glyphs, found plates:north");
  }

  @Test
  void shouldRefuseAnInputItCannotUse() {
    refuses(
        event -> event.setInput(null),
        RejectReason.MISSING_INPUT,
        "expected an input tensor, found none");
    refuses(
        event -> event.setInput(TensorData.newBuilder(input()).setDatatype("FP16").build()),
        RejectReason.UNKNOWN_DATATYPE,
        "expected an input of datatype FP32, found FP16");
    refuses(
        event -> event.setInput(EventReader.tensor(new float[6], 3, 2)),
        RejectReason.WRONG_SHAPE,
        "expected an input of shape [2, 3], found [3, 2]");
    refuses(
        event ->
            event.setInput(TensorData.newBuilder(input()).setData(ByteBuffer.allocate(23)).build()),
        RejectReason.WRONG_SHAPE,
        "expected 24 bytes of input, found 23");
  }

  @Test
  void shouldRefuseNumbersThatAreNotFinite() {
    refuses(
        event -> event.setInput(EventReader.tensor(new float[] {0, 0, 0, 0, Float.NaN, 0}, 2, 3)),
        RejectReason.NOT_FINITE,
        "expected finite input, found NaN at index 4");
    refuses(
        event ->
            event.setInput(
                EventReader.tensor(new float[] {Float.NEGATIVE_INFINITY, 0, 0, 0, 0, 0}, 2, 3)),
        RejectReason.NOT_FINITE,
        "expected finite input, found -Infinity at index 0");
    refuses(
        event -> event.setLogits(List.of(0f, 0f, 0f, Float.POSITIVE_INFINITY)),
        RejectReason.NOT_FINITE,
        "expected finite logits, found Infinity at index 3");
  }

  @Test
  void shouldRefuseAnAnswerOfAnotherModel() {
    refuses(
        event -> event.setLogits(List.of(1f, 2f)),
        RejectReason.WRONG_SHAPE,
        "expected 4 logits, found 2");
  }

  private void refuses(
      UnaryOperator<InferenceEvent.Builder> change, RejectReason reason, String message) {
    assertThat(reader.read(change.apply(event()).build(), 1, 0))
        .isEqualTo(new EventReading.Unusable(reason, message));
  }

  private static TensorData input() {
    return EventReader.tensor(new float[] {1, 2, 3, 4, 5, 6}, 2, 3);
  }

  private static InferenceEvent.Builder event() {
    return InferenceEvent.newBuilder()
        .setEventId("e-1")
        .setLineage("glyphs:north")
        .setVersion(3)
        .setEventTime(Instant.ofEpochMilli(1_234))
        .setInput(input())
        .setLogits(List.of(.5f, -1f, 2f, 0f))
        .setNode("node-1");
  }
}
