package dev.meander.djl;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.meander.core.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/** Reads the float32 tensors of a safetensors file: header length, JSON header, bytes. */
final class SafeTensors {

  private SafeTensors() {}

  static Map<String, Tensor> read(byte[] file) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    int headerLength = Math.toIntExact(bytes.getLong());
    String header = new String(file, Long.BYTES, headerLength, StandardCharsets.UTF_8);
    int start = Long.BYTES + headerLength;
    Map<String, Tensor> tensors = new TreeMap<>();
    for (Map.Entry<String, JsonNode> entry : new ObjectMapper().readTree(header).properties()) {
      JsonNode description = entry.getValue();
      if (description.path("dtype").asText().equals("F32")) {
        int from = start + description.path("data_offsets").get(0).asInt();
        tensors.put(entry.getKey(), tensor(bytes, from, description.path("shape")));
      }
    }
    return tensors;
  }

  private static Tensor tensor(ByteBuffer bytes, int from, JsonNode shape) {
    int[] dimensions = new int[shape.size()];
    int size = 1;
    for (int i = 0; i < dimensions.length; i++) {
      dimensions[i] = shape.get(i).asInt();
      size *= dimensions[i];
    }
    float[] values = new float[size];
    bytes
        .slice(from, Float.BYTES * size)
        .order(ByteOrder.LITTLE_ENDIAN)
        .asFloatBuffer()
        .get(values);
    return new Tensor(values, dimensions);
  }
}
