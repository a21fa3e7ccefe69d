package dev.meander.core.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meander.core.weights.AdapterWeights;
import dev.meander.core.weights.Block;
import dev.meander.core.weights.Layout;
import dev.meander.core.weights.Role;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SafetensorsWriterTest {

  private static final AdapterWeights WEIGHTS =
      new AdapterWeights(
          new Layout(
              List.of(
                  new Block("b.weight", Role.GAIN, 2), new Block("a\"\u00e9", Role.WEIGHT, 1, 3))),
          new float[] {1.5f, -0f, Float.MIN_VALUE, 3f, -4f});

  @Test
  void shouldWriteEveryByteAsTheFormatSays() {
    byte[] file = SafetensorsWriter.write(WEIGHTS, Map.of("version", "7", "lineage", "m:global\n"));
    String header =
        "{\"__metadata__\":{\"lineage\":\"m:global\\u000a\",\"version\":\"7\"},"
            + "\"a\\\"\\u00e9\":{\"dtype\":\"F32\",\"shape\":[1,3],\"data_offsets\":[0,12]},"
            + "\"b.weight\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[12,20]}}";
    ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    long length = bytes.getLong();
    assertThat(length % 8).isZero();
    assertThat(length - header.length()).isBetween(0L, 7L);
    byte[] written = new byte[(int) length];
    bytes.get(written);
    assertThat(new String(written, StandardCharsets.UTF_8))
        .isEqualTo(header + " ".repeat((int) length - header.length()));
    assertThat(bytes.remaining()).isEqualTo(5 * Float.BYTES);
    for (float expected : new float[] {1.5f, -0f, Float.MIN_VALUE, 3f, -4f}) {
      assertThat(bytes.getInt()).isEqualTo(Float.floatToRawIntBits(expected));
    }
  }

  @Test
  void shouldWriteEqualBytesOfEqualAdapters() {
    byte[] file = SafetensorsWriter.write(WEIGHTS, Map.of("a", "1", "b", "2"));
    assertThat(SafetensorsWriter.write(WEIGHTS, Map.of("b", "2", "a", "1"))).isEqualTo(file);
    assertThat(SafetensorsWriter.write(WEIGHTS, Map.of("a", "1", "b", "3"))).isNotEqualTo(file);
  }

  @Test
  void shouldWriteAnAdapterWithoutBlocks() {
    AdapterWeights none = new AdapterWeights(new Layout(List.of()), new float[0]);
    byte[] file = SafetensorsWriter.write(none, Map.of());
    assertThat(new String(Arrays.copyOfRange(file, 8, file.length), StandardCharsets.UTF_8).strip())
        .isEqualTo("{\"__metadata__\":{}}");
  }
}
