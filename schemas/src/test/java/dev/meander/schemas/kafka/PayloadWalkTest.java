package dev.meander.schemas.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.junit.jupiter.api.Test;

class PayloadWalkTest {

  private interface Writing {
    void write(BinaryEncoder encoder) throws IOException;
  }

  private static byte[] bytes(Writing writing) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
    writing.write(encoder);
    encoder.flush();
    return out.toByteArray();
  }

  @Test
  void shouldWalkEveryTypeToItsLastByte() throws IOException {
    Schema schema =
        SchemaBuilder.record("R")
            .fields()
            .requiredBoolean("a")
            .requiredInt("b")
            .requiredLong("c")
            .requiredFloat("d")
            .requiredDouble("e")
            .requiredString("f")
            .requiredBytes("g")
            .name("h")
            .type()
            .fixed("F")
            .size(3)
            .noDefault()
            .name("i")
            .type()
            .enumeration("E")
            .symbols("X", "Y")
            .noDefault()
            .name("j")
            .type()
            .map()
            .values()
            .longType()
            .noDefault()
            .name("k")
            .type()
            .nullable()
            .stringType()
            .noDefault()
            .name("l")
            .type()
            .array()
            .items()
            .nullType()
            .noDefault()
            .endRecord();
    byte[] bytes =
        bytes(
            out -> {
              out.writeBoolean(true);
              out.writeInt(Integer.MIN_VALUE);
              out.writeLong(Long.MIN_VALUE);
              out.writeFloat(1);
              out.writeDouble(2);
              out.writeString("text");
              out.writeBytes(new byte[5]);
              out.writeFixed(new byte[3]);
              out.writeEnum(1);
              out.writeLong(-2);
              out.writeLong(4);
              out.writeString("k");
              out.writeLong(1);
              out.writeString("m");
              out.writeLong(2);
              out.writeLong(0);
              out.writeIndex(1);
              out.writeLong(9);
              out.writeLong(0);
            });
    assertThat(PayloadWalk.problem(schema, bytes, 0)).isNull();
  }

  @Test
  void shouldFindALengthBeforeItBecomesAnAllocation() throws IOException {
    Schema schema = Schema.create(Schema.Type.BYTES);
    assertThat(PayloadWalk.problem(schema, bytes(out -> out.writeLong(1L << 40)), 0))
        .isEqualTo("a length of 1099511627776 with 0 bytes left");
    assertThat(PayloadWalk.problem(schema, bytes(out -> out.writeLong(-1)), 0))
        .isEqualTo("a length of -1 with 0 bytes left");
  }

  @Test
  void shouldBoundItemsThatTakeNoByte() throws IOException {
    Schema schema = Schema.createArray(Schema.create(Schema.Type.NULL));
    assertThat(PayloadWalk.problem(schema, bytes(out -> out.writeLong(Long.MAX_VALUE)), 0))
        .isEqualTo("more than 16777216 items");
    assertThat(
            PayloadWalk.problem(
                schema,
                bytes(
                    out -> {
                      out.writeLong(Long.MIN_VALUE);
                      out.writeLong(0);
                    }),
                0))
        .isEqualTo("a block of -9223372036854775808 items");
  }

  @Test
  void shouldBoundTheDepth() {
    Schema list = Schema.createRecord("L", null, "n", false);
    Schema next = Schema.createUnion(Schema.create(Schema.Type.NULL), list);
    list.setFields(List.of(new Schema.Field("next", next)));
    byte[] bytes = new byte[1000];
    Arrays.fill(bytes, (byte) 2);
    assertThat(PayloadWalk.problem(list, bytes, 0)).isEqualTo("nesting deeper than 64");
  }

  @Test
  void shouldNameWhatItFinds() throws IOException {
    Schema symbols = Schema.createEnum("E", null, null, List.of("X"));
    assertThat(PayloadWalk.problem(symbols, bytes(out -> out.writeLong(4)), 0))
        .isEqualTo("enum symbol 4 of 1");
    assertThat(
            PayloadWalk.problem(
                Schema.create(Schema.Type.INT), bytes(out -> out.writeLong(1L << 33)), 0))
        .isEqualTo("an int of 8589934592");
    byte[] endless = new byte[12];
    Arrays.fill(endless, (byte) 0x80);
    assertThat(PayloadWalk.problem(Schema.create(Schema.Type.LONG), endless, 0))
        .isEqualTo("a number of more than 10 bytes");
    assertThat(PayloadWalk.problem(Schema.create(Schema.Type.LONG), new byte[] {-1}, 0))
        .isEqualTo("the end of the bytes inside a number");
  }
}
