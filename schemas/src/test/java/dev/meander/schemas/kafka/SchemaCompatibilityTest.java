package dev.meander.schemas.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meander.schemas.Topic;
import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.util.RandomData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every schema can read and be read by every earlier version. To add a version after a change, run
 * this test with {@code -Dmeander.golden.schemas=true} and look at the difference.
 */
class SchemaCompatibilityTest {

  private static final Path GOLDEN = Path.of("src", "test", "resources", "schemas");

  private static final int RECORDS = 20;
  private static final long SEED = 11;

  private static final AvroSchema OLD =
      new AvroSchema(
          """
          {"type":"record","name":"R","namespace":"n","fields":[
           {"name":"a","type":"long"},{"name":"b","type":"string","default":""}]}
          """);

  static List<Topic> topics() {
    return Arrays.stream(Topic.values()).filter(topic -> topic.valueSchema().isPresent()).toList();
  }

  @ParameterizedTest
  @MethodSource("topics")
  void shouldBeFullyCompatibleWithEveryEarlierVersion(Topic topic) throws IOException {
    AvroSchema current = RecordSchemas.of(topic).orElseThrow();
    SchemaHistory history = new SchemaHistory(GOLDEN);
    String name = current.rawSchema().getName();
    if (Boolean.getBoolean("meander.golden.schemas")) {
      history.add(name, current);
    }
    assertThat(history.problems(name, current)).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("topics")
  void shouldReadWhatAnyOtherVersionWrote(Topic topic) throws IOException {
    AvroSchema current = RecordSchemas.of(topic).orElseThrow();
    List<Schema> versions = new ArrayList<>();
    for (AvroSchema version : new SchemaHistory(GOLDEN).versions(current.rawSchema().getName())) {
      versions.add(version.rawSchema());
    }
    assertThat(versions).isNotEmpty();
    for (Schema writer : versions) {
      for (Schema reader : versions) {
        for (Object record : new RandomData(writer, RECORDS, SEED)) {
          checkFields(writer, read(record, writer, writer), reader, read(record, writer, reader));
        }
      }
    }
  }

  private static GenericRecord read(Object record, Schema writer, Schema reader)
      throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(bytes, null);
    new GenericDatumWriter<>(writer).write(record, encoder);
    BinaryDecoder decoder = DecoderFactory.get().binaryDecoder(bytes.toByteArray(), null);
    GenericRecord read = new GenericDatumReader<GenericRecord>(writer, reader).read(null, decoder);
    assertThat(decoder.isEnd()).isTrue();
    return read;
  }

  /** Fields of one type in both keep their value, fields the writer did not know their default. */
  private static void checkFields(
      Schema writer, GenericRecord written, Schema reader, GenericRecord read) {
    for (Schema.Field field : reader.getFields()) {
      Schema.Field known = writer.getField(field.name());
      Object expected =
          known == null ? GenericData.get().getDefaultValue(field) : written.get(known.name());
      if (known == null || known.schema().equals(field.schema())) {
        assertThat(read.get(field.name()))
            .as("field %s of %s, seed %d", field.name(), reader.getName(), SEED)
            .isEqualTo(expected);
      }
    }
  }

  @Test
  void shouldKeepNoGoldenCopyOfASchemaThatIsGone() throws IOException {
    assertThat(new SchemaHistory(GOLDEN).names())
        .isEqualTo(
            topics().stream()
                .map(topic -> RecordSchemas.of(topic).orElseThrow().rawSchema().getName())
                .collect(Collectors.toSet()));
  }

  @Test
  void shouldAcceptWhenAFieldWithADefaultComes(@TempDir Path directory) throws IOException {
    AvroSchema changed =
        new AvroSchema(
            """
            {"type":"record","name":"R","namespace":"n","fields":[
             {"name":"a","type":"long"},{"name":"b","type":"string","default":""},
             {"name":"c","type":["null","long"],"default":null}]}
            """);
    SchemaHistory history = new SchemaHistory(directory);
    history.add("R", OLD);
    history.add("R", changed);
    assertThat(history.problems("R", changed)).isEmpty();
  }

  @Test
  void shouldFailWhenAFieldWithoutDefaultComes(@TempDir Path directory) throws IOException {
    AvroSchema changed =
        new AvroSchema(
            """
            {"type":"record","name":"R","namespace":"n","fields":[
             {"name":"a","type":"long"},{"name":"b","type":"string","default":""},
             {"name":"c","type":"long"}]}
            """);
    SchemaHistory history = new SchemaHistory(directory);
    history.add("R", OLD);
    history.add("R", changed);
    assertThat(history.problems("R", changed).toString())
        .contains("READER_FIELD_MISSING_DEFAULT_VALUE");
  }

  @Test
  void shouldFailWhenAFieldWithoutDefaultGoes(@TempDir Path directory) throws IOException {
    AvroSchema changed =
        new AvroSchema(
            """
            {"type":"record","name":"R","namespace":"n","fields":[
             {"name":"b","type":"string","default":""}]}
            """);
    SchemaHistory history = new SchemaHistory(directory);
    history.add("R", OLD);
    history.add("R", changed);
    assertThat(history.problems("R", changed).toString())
        .contains("READER_FIELD_MISSING_DEFAULT_VALUE");
  }

  @Test
  void shouldFailWhenASchemaChangedWithoutAGoldenCopy(@TempDir Path directory) throws IOException {
    AvroSchema changed =
        new AvroSchema(
            """
            {"type":"record","name":"R","namespace":"n","fields":[
             {"name":"a","type":"long"},{"name":"b","type":"string","default":"x"}]}
            """);
    SchemaHistory history = new SchemaHistory(directory);
    history.add("R", OLD);
    assertThat(history.problems("R", changed))
        .containsExactly(
            "expected R as in v1/R.avsc, found it changed: keep that copy and add v2/R.avsc");
  }

  @Test
  void shouldFailWhenAGoldenCopyIsMissing(@TempDir Path directory) throws IOException {
    SchemaHistory history = new SchemaHistory(directory);
    history.add("R", OLD);
    Files.createDirectories(directory.resolve("v3"));
    Files.copy(directory.resolve("v1/R.avsc"), directory.resolve("v3/R.avsc"));
    assertThat(history.problems("R", OLD))
        .containsExactly("expected a golden copy v2/R.avsc, found none");
    assertThat(history.problems("Other", OLD))
        .containsExactly("expected a golden copy v1/Other.avsc, found none");
    assertThat(history.names()).containsExactly("R");
  }

  @Test
  void shouldAddNoCopyWhenNothingChanged(@TempDir Path directory) throws IOException {
    SchemaHistory history = new SchemaHistory(directory);
    history.add("R", OLD);
    history.add("R", OLD);
    assertThat(history.versions("R")).containsExactly(OLD);
  }
}
