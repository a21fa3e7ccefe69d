package dev.meander.serving.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import dev.meander.core.math.Softmax;
import dev.meander.core.model.AdapterSlot;
import dev.meander.core.tensor.Tensor;
import dev.meander.core.weights.AdapterVersion;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Set;

/**
 * Writes answers: logits, classes, and the version that made them.
 *
 * <p>Thread-safety: stateless.
 */
final class InferResponseWriter {

  static final String LOGITS = "logits";
  static final String CLASSES = "classes";

  /** Names of the outputs a request may ask for. */
  static final List<String> OUTPUTS = List.of(LOGITS, CLASSES);

  private static final JsonFactory JSON =
      JsonFactory.builder().enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER).build();
  private static final int BYTES_PER_NUMBER = 16;

  private InferResponseWriter() {}

  /**
   * The body of an answer.
   *
   * @param outputs which outputs; empty means all
   */
  static byte[] write(String id, AdapterSlot.Answer answer, Set<String> outputs) {
    Tensor logits = answer.logits();
    ByteArrayOutputStream bytes =
        new ByteArrayOutputStream(512 + BYTES_PER_NUMBER * logits.data().length);
    try (JsonGenerator json = JSON.createGenerator(bytes)) {
      AdapterVersion version = answer.version();
      json.writeStartObject();
      json.writeStringField("model_name", version.lineage().model());
      json.writeStringField("model_version", String.valueOf(version.number()));
      json.writeStringField("id", id);
      json.writeObjectFieldStart("parameters");
      json.writeStringField("lineage", version.lineage().toString());
      json.writeNumberField("version", version.number());
      json.writeStringField("content", version.content().shortHex());
      json.writeEndObject();
      json.writeArrayFieldStart("outputs");
      if (outputs.isEmpty() || outputs.contains(LOGITS)) {
        logits(json, logits);
      }
      if (outputs.isEmpty() || outputs.contains(CLASSES)) {
        classes(json, logits);
      }
      json.writeEndArray();
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory does not fail", e);
    }
    return bytes.toByteArray();
  }

  private static void logits(JsonGenerator json, Tensor logits) throws IOException {
    start(json, LOGITS, "FP32", logits.rows(), logits.rowSize());
    for (float value : logits.data()) {
      json.writeNumber(value);
    }
    end(json);
  }

  private static void classes(JsonGenerator json, Tensor logits) throws IOException {
    start(json, CLASSES, "INT64", logits.rows());
    int classes = logits.rowSize();
    for (int row = 0; row < logits.rows(); row++) {
      json.writeNumber(Softmax.argMax(logits.data(), row * classes, classes));
    }
    end(json);
  }

  private static void start(JsonGenerator json, String name, String datatype, int... shape)
      throws IOException {
    json.writeStartObject();
    json.writeStringField("name", name);
    json.writeStringField("datatype", datatype);
    json.writeFieldName("shape");
    json.writeArray(shape, 0, shape.length);
    json.writeArrayFieldStart("data");
  }

  private static void end(JsonGenerator json) throws IOException {
    json.writeEndArray();
    json.writeEndObject();
  }
}
