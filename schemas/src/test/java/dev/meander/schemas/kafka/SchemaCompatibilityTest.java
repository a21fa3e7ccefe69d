package dev.meander.schemas.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meander.schemas.Topic;
import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every schema can read and be read by every earlier version. To add a version after a change, run
 * this test with {@code -Dmeander.golden.schemas=2} and look at the difference.
 */
class SchemaCompatibilityTest {

  private static final Path GOLDEN = Path.of("src", "test", "resources", "schemas");

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
    Integer write = Integer.getInteger("meander.golden.schemas");
    if (write != null) {
      history.write(write, current.rawSchema().getName(), current);
    }
    assertThat(history.problems(current.rawSchema().getName(), current)).isEmpty();
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
    history.write(1, "R", OLD);
    history.write(2, "R", changed);
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
    history.write(1, "R", OLD);
    history.write(2, "R", changed);
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
    history.write(1, "R", OLD);
    history.write(2, "R", changed);
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
    history.write(1, "R", OLD);
    assertThat(history.problems("R", changed))
        .containsExactly(
            "expected R as in v1/R.avsc, found it changed: keep that copy and add v2 for all schemas");
  }

  @Test
  void shouldFailWhenAGoldenCopyIsMissing(@TempDir Path directory) throws IOException {
    SchemaHistory history = new SchemaHistory(directory);
    history.write(1, "R", OLD);
    history.write(2, "Other", OLD);
    history.write(3, "R", OLD);
    assertThat(history.problems("R", OLD))
        .containsExactly("expected a golden copy v2/R.avsc, found none");
    assertThat(history.problems("Other", OLD))
        .containsExactly("expected a golden copy v3/Other.avsc, found none");
  }
}
