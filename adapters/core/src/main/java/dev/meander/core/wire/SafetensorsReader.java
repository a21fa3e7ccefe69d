package dev.meander.core.wire;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.meander.core.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Safetensors files, as {@link SafetensorsWriter} and other programs write them. Reading is total:
 * any bytes give a file or an {@link IllegalArgumentException} that says what was expected and what
 * was found; nothing is allocated beyond a small multiple of the bytes.
 *
 * <p>Thread-safety: stateless.
 */
public final class SafetensorsReader {

  private static final String METADATA = "__metadata__";
  private static final int HEADER_MAX = 1 << 24;
  private static final int DIMENSIONS_MAX = 16;
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private SafetensorsReader() {}

  /**
   * A file's content.
   *
   * @param metadata texts by name
   * @param tensors by name
   */
  public record Content(Map<String, String> metadata, Map<String, Tensor> tensors) {}

  /** How a number is written; all come out as floats. */
  private enum Type {
    F32(Float.BYTES) {
      @Override
      void read(ByteBuffer bytes, float[] into) {
        bytes.asFloatBuffer().get(into);
      }
    },
    F64(Double.BYTES) {
      @Override
      void read(ByteBuffer bytes, float[] into) {
        for (int i = 0; i < into.length; i++) {
          into[i] = (float) bytes.getDouble(i * Double.BYTES);
        }
      }
    },
    I64(Long.BYTES) {
      @Override
      void read(ByteBuffer bytes, float[] into) {
        for (int i = 0; i < into.length; i++) {
          into[i] = bytes.getLong(i * Long.BYTES);
        }
      }
    };

    private final int width;

    Type(int width) {
      this.width = width;
    }

    /** Fills {@code into} with the little-endian numbers of a tensor. */
    abstract void read(ByteBuffer bytes, float[] into);
  }

  private record Place(String name, Type type, int[] shape, long from, long to) {}

  /**
   * Reads a file of 32-bit floats.
   *
   * @throws IllegalArgumentException when it is not a safetensors file of 32-bit floats
   */
  public static Content read(byte[] file) {
    return read(file, EnumSet.of(Type.F32));
  }

  /**
   * Reads a file of F32, F64 and I64 numbers; the latter two are rounded to float.
   *
   * @throws IllegalArgumentException when it is not a safetensors file of such numbers
   */
  public static Content readNumbers(byte[] file) {
    return read(file, EnumSet.allOf(Type.class));
  }

  private static Content read(byte[] file, Set<Type> types) {
    ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    long length = file.length < Long.BYTES ? -1 : bytes.getLong(0);
    if (length < 2 || length > Math.min(HEADER_MAX, file.length - Long.BYTES)) {
      throw new IllegalArgumentException(
          "expected a safetensors file, found "
              + file.length
              + " bytes that do not begin with the length of a header");
    }
    int body = (int) (Long.BYTES + length);
    JsonNode header = header(new String(file, Long.BYTES, (int) length, StandardCharsets.UTF_8));
    Map<String, String> metadata = new TreeMap<>();
    List<Place> places = new ArrayList<>();
    for (Map.Entry<String, JsonNode> entry : header.properties()) {
      if (entry.getKey().equals(METADATA)) {
        metadata.putAll(texts(entry.getValue()));
      } else {
        places.add(place(entry.getKey(), entry.getValue(), types));
      }
    }
    checkFilled(places, file.length - body);
    Map<String, Tensor> tensors = new TreeMap<>();
    for (Place place : places) {
      int size = (int) (place.to - place.from);
      float[] values = new float[size / place.type.width];
      place.type.read(
          bytes.slice(body + (int) place.from, size).order(ByteOrder.LITTLE_ENDIAN), values);
      tensors.put(place.name, new Tensor(values, place.shape));
    }
    return new Content(metadata, tensors);
  }

  private static JsonNode header(String text) {
    try {
      JsonNode header = JSON.readTree(text);
      if (header != null && header.isObject()) {
        return header;
      }
      throw new IllegalArgumentException("expected a JSON object as header, found something else");
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "expected a JSON object as header, found " + e.getOriginalMessage(), e);
    }
  }

  private static Map<String, String> texts(JsonNode node) {
    Map<String, String> texts = new TreeMap<>();
    for (Map.Entry<String, JsonNode> entry : node.properties()) {
      if (!entry.getValue().isTextual()) {
        throw new IllegalArgumentException(
            "expected a text for "
                + entry.getKey()
                + " in __metadata__, found "
                + entry.getValue());
      }
      texts.put(entry.getKey(), entry.getValue().textValue());
    }
    return texts;
  }

  private static Type type(String name, JsonNode node, Set<Type> types) {
    String found = node.path("dtype").asText("none");
    return types.stream()
        .filter(type -> type.name().equals(found))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "expected "
                        + types.stream().map(Type::name).collect(Collectors.joining(" or "))
                        + " numbers for "
                        + name
                        + ", found "
                        + found));
  }

  private static Place place(String name, JsonNode node, Set<Type> types) {
    Type type = type(name, node, types);
    JsonNode dimensions = node.path("shape");
    JsonNode offsets = node.path("data_offsets");
    if (!dimensions.isArray() || dimensions.size() > DIMENSIONS_MAX || offsets.size() != 2) {
      throw new IllegalArgumentException(
          "expected a shape of at most "
              + DIMENSIONS_MAX
              + " sizes and two data_offsets for "
              + name
              + ", found "
              + shortened(node));
    }
    int[] shape = new int[dimensions.size()];
    Arrays.setAll(shape, i -> (int) whole(name, dimensions.path(i), Integer.MAX_VALUE));
    long from = whole(name, offsets.path(0), Integer.MAX_VALUE);
    long to = whole(name, offsets.path(1), Integer.MAX_VALUE);
    long bytes = type.width;
    for (int size : shape) {
      // beyond the largest file any product is as wrong as the next
      bytes = size == 0 ? 0 : Math.min(bytes * size, Long.MAX_VALUE / Integer.MAX_VALUE - 1);
    }
    if (bytes != to - from) {
      throw new IllegalArgumentException(
          "expected the bytes of shape "
              + Arrays.toString(shape)
              + " for "
              + name
              + ", found "
              + (to - from));
    }
    return new Place(name, type, shape, from, to);
  }

  private static long whole(String name, JsonNode node, long max) {
    if (!node.isIntegralNumber()
        || !node.canConvertToLong()
        || node.longValue() < 0
        || node.longValue() > max) {
      throw new IllegalArgumentException(
          "expected sizes and offsets of 0 to "
              + max
              + " for "
              + name
              + ", found "
              + shortened(node));
    }
    return node.longValue();
  }

  private static String shortened(JsonNode node) {
    String text = node.toString();
    return text.length() > 100 ? text.substring(0, 100) + "..." : text;
  }

  /** The tensors lie end to end and fill the file. */
  private static void checkFilled(List<Place> places, long body) {
    List<Place> sorted = new ArrayList<>(places);
    sorted.sort(Comparator.comparingLong(Place::from).thenComparingLong(Place::to));
    long end = 0;
    for (Place place : sorted) {
      if (place.from != end) {
        throw new IllegalArgumentException(
            "expected " + place.name + " at byte " + end + ", found it at " + place.from);
      }
      end = place.to;
    }
    if (end != body) {
      throw new IllegalArgumentException(
          "expected " + end + " bytes after the header, found " + body);
    }
  }
}
