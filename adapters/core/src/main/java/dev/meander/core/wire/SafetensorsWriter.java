package dev.meander.core.wire;

import dev.meander.core.weights.AdapterWeights;
import dev.meander.core.weights.Block;
import dev.meander.core.weights.Layout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Adapters as safetensors files: the length of the header in eight little-endian bytes, a header in
 * JSON, padded with spaces to a multiple of eight, then the floats, row-major and little-endian,
 * without holes. Equal adapters with equal metadata give equal bytes.
 *
 * <p>Thread-safety: stateless.
 */
public final class SafetensorsWriter {

  private static final int ALIGNMENT = 8;

  private SafetensorsWriter() {}

  /**
   * The file of {@code weights}.
   *
   * @param metadata texts for {@code __metadata__}
   * @throws ArithmeticException when the file would be larger than an array can be
   */
  public static byte[] write(AdapterWeights weights, Map<String, String> metadata) {
    byte[] header = header(weights.layout(), metadata).getBytes(StandardCharsets.UTF_8);
    int padded = Math.multiplyExact((header.length + ALIGNMENT - 1) / ALIGNMENT, ALIGNMENT);
    int data = Math.multiplyExact(weights.layout().size(), Float.BYTES);
    ByteBuffer file =
        ByteBuffer.allocate(Math.addExact(Long.BYTES + padded, data))
            .order(ByteOrder.LITTLE_ENDIAN);
    file.putLong(padded).put(header);
    while (file.position() < Long.BYTES + padded) {
      file.put((byte) ' ');
    }
    file.asFloatBuffer().put(weights.values());
    return file.array();
  }

  private static String header(Layout layout, Map<String, String> metadata) {
    String texts =
        new TreeMap<>(metadata)
            .entrySet().stream()
                .map(entry -> quoted(entry.getKey()) + ":" + quoted(entry.getValue()))
                .collect(Collectors.joining(","));
    String tensors =
        layout.blocks().stream()
            .map(block -> "," + quoted(block.name()) + ":" + tensor(layout, block))
            .collect(Collectors.joining());
    return "{\"__metadata__\":{" + texts + "}" + tensors + "}";
  }

  private static String tensor(Layout layout, Block block) {
    long from = (long) layout.offset(block) * Float.BYTES;
    long to = from + (long) block.size() * Float.BYTES;
    String shape =
        Arrays.stream(block.shape()).mapToObj(String::valueOf).collect(Collectors.joining(","));
    return "{\"dtype\":\"F32\",\"shape\":["
        + shape
        + "],\"data_offsets\":["
        + from
        + ","
        + to
        + "]}";
  }

  /** A JSON string; everything that is not printable ASCII is escaped. */
  private static String quoted(String text) {
    StringBuilder json = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        json.append('\\').append(c);
      } else if (c < ' ' || c > '~') {
        json.append(String.format("\\u%04x", (int) c));
      } else {
        json.append(c);
      }
    }
    return json.append('"').toString();
  }
}
