package dev.meander.app.parity;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.meander.core.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The tensors of a safetensors file: eight bytes header length, a JSON header, then the numbers,
 * little-endian and row-major. Knows F32, F64 and I64; the latter two are rounded to float.
 */
final class NumberFile {

  private static final long BYTES_MAX = 1L << 30;

  private final Path file;
  private final Map<String, Tensor> tensors = new TreeMap<>();

  private NumberFile(Path file) {
    this.file = file;
  }

  /**
   * Reads all tensors.
   *
   * @throws TraceRefusedException when the file is not of this format
   */
  static NumberFile read(Path file) {
    NumberFile numbers = new NumberFile(file);
    try {
      if (Files.size(file) > BYTES_MAX) {
        throw new TraceRefusedException(
            "expected at most " + BYTES_MAX + " bytes in " + file + ", found " + Files.size(file));
      }
      numbers.parse(ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN));
    } catch (JsonProcessingException | IndexOutOfBoundsException | ArithmeticException e) {
      throw new TraceRefusedException("expected a safetensors file, found " + file, e);
    } catch (IOException e) {
      throw new TraceRefusedException("cannot read " + file + ": " + e.getMessage(), e);
    }
    return numbers;
  }

  private void parse(ByteBuffer bytes) throws JsonProcessingException {
    int headerLength = bytes.capacity() < Long.BYTES ? -1 : Math.toIntExact(bytes.getLong(0));
    if (headerLength < 0 || headerLength > bytes.capacity() - Long.BYTES) {
      throw new TraceRefusedException("expected a safetensors file, found " + file);
    }
    String header = new String(bytes.array(), Long.BYTES, headerLength, StandardCharsets.UTF_8);
    ByteBuffer body =
        bytes.slice(Long.BYTES + headerLength, bytes.capacity() - Long.BYTES - headerLength);
    body.order(ByteOrder.LITTLE_ENDIAN);
    for (Map.Entry<String, JsonNode> entry : new ObjectMapper().readTree(header).properties()) {
      if (!entry.getKey().startsWith("__")) {
        tensors.put(entry.getKey(), tensor(entry.getKey(), entry.getValue(), body));
      }
    }
  }

  private Tensor tensor(String name, JsonNode description, ByteBuffer body) {
    int from = description.path("data_offsets").path(0).asInt(-1);
    int length = description.path("data_offsets").path(1).asInt(-1) - from;
    ByteBuffer bytes = body.slice(from, length).order(ByteOrder.LITTLE_ENDIAN);
    int[] shape = new int[description.path("shape").size()];
    Arrays.setAll(shape, i -> description.path("shape").get(i).asInt());
    int size = Arrays.stream(shape).reduce(1, Math::multiplyExact);
    String type = description.path("dtype").asText();
    int width = type.equals("F32") ? Float.BYTES : Long.BYTES;
    if (!type.matches("F32|F64|I64") || (long) size * width != length) {
      throw new TraceRefusedException(
          "expected F32, F64 or I64 and bytes of the shape for " + name + " in " + file);
    }
    float[] values = new float[size];
    switch (type) {
      case "F32" -> bytes.asFloatBuffer().get(values);
      case "F64" -> {
        for (int i = 0; i < size; i++) {
          values[i] = (float) bytes.getDouble(i * width);
        }
      }
      default -> {
        for (int i = 0; i < size; i++) {
          values[i] = bytes.getLong(i * width);
        }
      }
    }
    return new Tensor(values, shape);
  }

  /** The tensor, or null. */
  @Nullable Tensor find(String name) {
    return tensors.get(name);
  }

  /**
   * The tensor.
   *
   * @throws TraceRefusedException when there is none
   */
  Tensor get(String name) {
    Tensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new TraceRefusedException("expected a tensor " + name + " in " + file + ", found none");
    }
    return tensor;
  }
}
