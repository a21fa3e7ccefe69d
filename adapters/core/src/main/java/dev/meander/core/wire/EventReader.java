package dev.meander.core.wire;

import dev.meander.core.codec.Floats;
import dev.meander.core.math.Vectors;
import dev.meander.core.model.ModelSpec;
import dev.meander.core.tensor.Sample;
import dev.meander.core.weights.LineageId;
import dev.meander.schemas.RejectReason;
import dev.meander.schemas.record.InferenceEvent;
import dev.meander.schemas.record.TensorData;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads events against the model they are meant for. Total: every event gives a sample or a named
 * refusal.
 *
 * <p>Thread-safety: immutable.
 */
public final class EventReader {

  /** The one datatype that is understood: little-endian float32. */
  public static final String FP32 = "FP32";

  private final String model;
  private final int[] inputShape;
  private final int classes;

  public EventReader(ModelSpec spec) {
    this(spec.name(), spec.inputShape(), spec.classes());
  }

  /**
   * A reader for a model that is not opened here.
   *
   * @param model name of the model
   * @param inputShape shape of one input, without the batch dimension
   * @param classes number of classes
   */
  public EventReader(String model, int[] inputShape, int classes) {
    this.model = model;
    this.inputShape = inputShape.clone();
    this.classes = classes;
  }

  /** {@code values} as a tensor on the wire. */
  public static TensorData tensor(float[] values, int... shape) {
    return TensorData.newBuilder()
        .setDatatype(FP32)
        .setShape(Arrays.stream(shape).boxed().toList())
        .setData(Floats.encode(values))
        .build();
  }

  /**
   * Reads {@code event}.
   *
   * @param weight weight of the sample
   * @param offset offset of the sample
   */
  public EventReading read(InferenceEvent event, double weight, long offset) {
    LineageId lineage;
    try {
      lineage = LineageId.parse(event.getLineage());
    } catch (IllegalArgumentException e) {
      return unusable(RejectReason.UNKNOWN_LINEAGE, String.valueOf(e.getMessage()));
    }
    if (!lineage.model().equals(model)) {
      return unusable(
          RejectReason.UNKNOWN_LINEAGE,
          "expected a lineage of model " + model + ", found " + lineage);
    }
    TensorData input = event.getInput();
    if (input == null) {
      return unusable(RejectReason.MISSING_INPUT, "expected an input tensor, found none");
    }
    EventReading.@Nullable Unusable shapeProblem = checkInput(input);
    if (shapeProblem != null) {
      return shapeProblem;
    }
    float[] values = Floats.decode(input.getData());
    if (!Vectors.allFinite(values)) {
      return unusable(RejectReason.NOT_FINITE, notFinite("input", values));
    }
    float[] logits = logits(event.getLogits());
    if (logits.length != 0 && logits.length != classes) {
      return unusable(
          RejectReason.WRONG_SHAPE, "expected " + classes + " logits, found " + logits.length);
    }
    if (!Vectors.allFinite(logits)) {
      return unusable(RejectReason.NOT_FINITE, notFinite("logits", logits));
    }
    return new EventReading.Usable(
        lineage,
        new Sample(
            event.getEventId(),
            event.getEventTime().toEpochMilli(),
            values,
            logits,
            weight,
            offset));
  }

  /**
   * Reads a record of {@code samples}.
   *
   * @param sample what the gate wrote
   * @param key of the record; must be the event's lineage, because the key decides the partition
   *     and with it who owns the lineage
   * @param offset of the record
   */
  public EventReading read(
      dev.meander.schemas.record.Sample sample, byte @Nullable [] key, long offset) {
    double weight = sample.getWeight();
    if (!(weight > 0 && weight < Double.POSITIVE_INFINITY)) {
      return unusable(RejectReason.OUT_OF_RANGE, "expected a finite weight > 0, found " + weight);
    }
    EventReading reading = read(sample.getEvent(), weight, offset);
    String found = key == null ? "none" : new String(key, StandardCharsets.UTF_8);
    if (reading instanceof EventReading.Usable usable
        && !usable.lineage().toString().equals(found)) {
      return unusable(
          RejectReason.UNKNOWN_LINEAGE,
          "expected the key " + usable.lineage() + ", found " + found);
    }
    return reading;
  }

  private EventReading.@Nullable Unusable checkInput(TensorData input) {
    if (!input.getDatatype().equals(FP32)) {
      return unusable(
          RejectReason.UNKNOWN_DATATYPE,
          "expected an input of datatype " + FP32 + ", found " + input.getDatatype());
    }
    int[] shape = input.getShape().stream().mapToInt(Integer::intValue).toArray();
    if (!Arrays.equals(shape, inputShape)) {
      return unusable(
          RejectReason.WRONG_SHAPE,
          "expected an input of shape "
              + Arrays.toString(inputShape)
              + ", found "
              + Arrays.toString(shape));
    }
    ByteBuffer data = input.getData();
    int size = Arrays.stream(inputShape).reduce(1, Math::multiplyExact);
    if (data.remaining() != 4 * size) {
      return unusable(
          RejectReason.WRONG_SHAPE,
          "expected " + 4 * size + " bytes of input, found " + data.remaining());
    }
    return null;
  }

  private static float[] logits(List<Float> boxed) {
    float[] logits = new float[boxed.size()];
    for (int i = 0; i < logits.length; i++) {
      logits[i] = boxed.get(i);
    }
    return logits;
  }

  private static String notFinite(String what, float[] values) {
    int index = 0;
    while (Float.isFinite(values[index])) {
      index++;
    }
    return "expected finite " + what + ", found " + values[index] + " at index " + index;
  }

  private static EventReading.Unusable unusable(RejectReason reason, String message) {
    return new EventReading.Unusable(reason, message);
  }
}
