package dev.meander.core.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meander.core.tensor.Tensor;
import dev.meander.core.weights.AdapterWeights;
import dev.meander.core.weights.Block;
import dev.meander.core.weights.Layout;
import dev.meander.core.weights.Role;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SafetensorsReaderTest {

  private static byte[] file(String header, int body) {
    byte[] text = header.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(8 + text.length + body)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(text.length)
        .put(text)
        .array();
  }

  private static String tensor(String name, String dtype, String shape, String offsets) {
    return "\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":%s}"
        .formatted(name, dtype, shape, offsets);
  }

  @Test
  void shouldReadWhatTheWriterWrites() {
    Layout layout =
        new Layout(
            List.of(new Block("b", Role.GAIN, 2), new Block("a\"\u00e9", Role.WEIGHT, 1, 3)));
    float[] floats = {1.5f, -0f, Float.MIN_VALUE, 3, -4};
    SafetensorsReader.Content content =
        SafetensorsReader.read(
            SafetensorsWriter.write(new AdapterWeights(layout, floats), Map.of("k\n", "v\u4e2d")));
    assertThat(content.metadata()).containsExactly(Map.entry("k\n", "v\u4e2d"));
    assertThat(content.tensors())
        .containsOnly(
            Map.entry("b", new Tensor(new float[] {3, -4}, 2)),
            Map.entry("a\"\u00e9", new Tensor(new float[] {1.5f, -0f, Float.MIN_VALUE}, 1, 3)));
  }

  @Test
  void shouldRoundOtherNumbersToFloatsWhenAsked() {
    String header =
        "{"
            + tensor("d", "F64", "[1]", "[0,8]")
            + ","
            + tensor("i", "I64", "[2]", "[8,24]")
            + ","
            + tensor("s", "F32", "[]", "[24,28]")
            + "}";
    byte[] bytes = file(header, 28);
    ByteBuffer.wrap(bytes, bytes.length - 28, 28)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putDouble(0.1)
        .putLong(-3)
        .putLong(1L << 40)
        .putFloat(2.5f);
    assertThat(SafetensorsReader.readNumbers(bytes).tensors())
        .containsOnly(
            Map.entry("d", new Tensor(new float[] {0.1f}, 1)),
            Map.entry("i", new Tensor(new float[] {-3, 1L << 40}, 2)),
            Map.entry("s", new Tensor(new float[] {2.5f})));
    assertRefused(bytes, "expected F32 numbers for d, found F64");
    byte[] unknown = file("{" + tensor("a", "I32", "[1]", "[0,4]") + "}", 4);
    assertThatThrownBy(() -> SafetensorsReader.readNumbers(unknown))
        .hasMessage("expected F32 or F64 or I64 numbers for a, found I32");
  }

  private static void assertRefused(byte[] file, String message) {
    assertThatThrownBy(() -> SafetensorsReader.read(file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(message);
  }

  @Test
  void shouldSayWhatIsWrong() {
    assertRefused(
        new byte[3],
        "expected a safetensors file, found 3 bytes that do not begin with the length of a header");
    assertRefused(
        ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN).putLong(0, 1L << 60).array(),
        "expected a safetensors file, found 16 bytes that do not begin");
    assertRefused(file("[]", 0), "expected a JSON object as header, found something else");
    assertRefused(file("{\"a\":", 0), "expected a JSON object as header, found Unexpected");
    assertRefused(file("{} x", 0), "expected a JSON object as header, found ");
    assertRefused(file("{\"a\":{},\"a\":{}}", 0), "expected a JSON object as header, found Dup");
    assertRefused(
        file("{" + tensor("a", "BF16", "[1]", "[0,2]") + "}", 2),
        "expected F32 numbers for a, found BF16");
    assertRefused(
        file("{" + tensor("a", "F32", "[2]", "[0,4]") + "}", 4),
        "expected the bytes of shape [2] for a, found 4");
    assertRefused(
        file("{" + tensor("a", "F32", "[2147483647,2147483647,2147483647]", "[0,4]") + "}", 4),
        "expected the bytes of shape [2147483647, 2147483647, 2147483647] for a, found 4");
    assertRefused(
        file("{" + tensor("a", "F32", "[-1]", "[0,4]") + "}", 4),
        "expected sizes and offsets of 0 to 2147483647 for a, found -1");
    assertRefused(
        file("{" + tensor("a", "F32", "[1]", "[4,8]") + "}", 8),
        "expected a at byte 0, found it at 4");
    assertRefused(
        file("{" + tensor("a", "F32", "[1]", "[0,4]") + "}", 8),
        "expected 4 bytes after the header, found 8");
    assertRefused(
        file("{" + tensor("a", "F32", "7", "[0,4]") + "}", 4),
        "expected a shape of at most 16 sizes and two data_offsets for a, found {");
    assertRefused(
        file("{\"__metadata__\":{\"k\":1}}", 0), "expected a text for k in __metadata__, found 1");
  }
}
