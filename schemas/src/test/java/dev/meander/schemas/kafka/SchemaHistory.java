package dev.meander.schemas.kafka;

import io.confluent.kafka.schemaregistry.CompatibilityLevel;
import io.confluent.kafka.schemaregistry.ParsedSchemaHolder;
import io.confluent.kafka.schemaregistry.SimpleParsedSchemaHolder;
import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Golden copies of every schema in every version, {@code v1/Name.avsc}, {@code v2/Name.avsc} ...
 */
final class SchemaHistory {

  private final Path directory;

  SchemaHistory(Path directory) {
    this.directory = directory;
  }

  int newest() throws IOException {
    int newest = 0;
    while (Files.isDirectory(directory.resolve("v" + (newest + 1)))) {
      newest++;
    }
    return newest;
  }

  /** What is wrong with {@code current} against the golden copies; empty when nothing is. */
  List<String> problems(String name, AvroSchema current) throws IOException {
    List<String> problems = new ArrayList<>();
    List<AvroSchema> earlier = new ArrayList<>();
    for (int version : IntStream.rangeClosed(1, newest()).toArray()) {
      Path file = file(version, name);
      if (Files.exists(file)) {
        earlier.add(new AvroSchema(Files.readString(file)));
      } else if (version == newest() || !earlier.isEmpty()) {
        problems.add("expected a golden copy " + shortName(version, name) + ", found none");
      }
    }
    if (problems.isEmpty()
        && !earlier.get(earlier.size() - 1).canonicalString().equals(current.canonicalString())) {
      problems.add(
          "expected %s as in %s, found it changed: keep that copy and add %s for all schemas"
              .formatted(name, shortName(newest(), name), "v" + (newest() + 1)));
    }
    List<ParsedSchemaHolder> holders = new ArrayList<>();
    earlier.forEach(schema -> holders.add(new SimpleParsedSchemaHolder(schema)));
    problems.addAll(current.isCompatible(CompatibilityLevel.FULL_TRANSITIVE, holders));
    return problems;
  }

  /** Writes the golden copy of a version, for the day a version is added. */
  void write(int version, String name, AvroSchema schema) throws IOException {
    Files.createDirectories(file(version, name).getParent());
    Files.writeString(file(version, name), schema.rawSchema().toString(true) + "\n");
  }

  private Path file(int version, String name) {
    return directory.resolve(shortName(version, name));
  }

  private static String shortName(int version, String name) {
    return "v" + version + "/" + name + ".avsc";
  }
}
