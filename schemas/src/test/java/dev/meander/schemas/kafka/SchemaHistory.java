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
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Golden copies of every version each schema had, {@code v1/Name.avsc}, {@code v2/Name.avsc} ...
 * Every schema counts its own versions.
 */
final class SchemaHistory {

  private final Path directory;

  SchemaHistory(Path directory) {
    this.directory = directory;
  }

  /** Number of the last version of {@code name} without a gap before it; 0 without any. */
  private int newest(String name) {
    int newest = 0;
    while (Files.exists(file(newest + 1, name))) {
      newest++;
    }
    return newest;
  }

  /** Names that have a golden copy. */
  Set<String> names() throws IOException {
    Set<String> names = new TreeSet<>();
    try (Stream<Path> files = Files.walk(directory, 2)) {
      files
          .map(file -> file.getFileName().toString())
          .filter(file -> file.endsWith(".avsc"))
          .forEach(file -> names.add(file.replace(".avsc", "")));
    }
    return names;
  }

  /** Every golden copy of {@code name}, oldest first. */
  List<AvroSchema> versions(String name) throws IOException {
    List<AvroSchema> versions = new ArrayList<>();
    for (int version = 1; version <= newest(name); version++) {
      versions.add(new AvroSchema(Files.readString(file(version, name))));
    }
    return versions;
  }

  /** What is wrong with {@code current} against the golden copies; empty when nothing is. */
  List<String> problems(String name, AvroSchema current) throws IOException {
    List<String> problems = new ArrayList<>();
    List<AvroSchema> earlier = versions(name);
    int next = earlier.size() + 1;
    if (earlier.isEmpty() || hasLater(next, name)) {
      problems.add("expected a golden copy " + shortName(next, name) + ", found none");
    } else if (!isNewest(current, earlier)) {
      problems.add(
          "expected %s as in %s, found it changed: keep that copy and add %s"
              .formatted(name, shortName(earlier.size(), name), shortName(next, name)));
    }
    List<ParsedSchemaHolder> holders = new ArrayList<>();
    earlier.forEach(schema -> holders.add(new SimpleParsedSchemaHolder(schema)));
    problems.addAll(current.isCompatible(CompatibilityLevel.FULL_TRANSITIVE, holders));
    return problems;
  }

  private static boolean isNewest(AvroSchema current, List<AvroSchema> earlier) {
    return !earlier.isEmpty()
        && earlier.get(earlier.size() - 1).canonicalString().equals(current.canonicalString());
  }

  /** A copy beyond a gap. */
  private boolean hasLater(int missing, String name) throws IOException {
    try (Stream<Path> folders = Files.list(directory)) {
      return folders
          .map(folder -> folder.getFileName().toString())
          .filter(folder -> folder.matches("v[0-9]{1,6}"))
          .mapToInt(folder -> Integer.parseInt(folder.substring(1)))
          .anyMatch(version -> version > missing && Files.exists(file(version, name)));
    }
  }

  /** Writes the golden copy of a schema that changed, for the day it does. */
  void add(String name, AvroSchema current) throws IOException {
    if (!isNewest(current, versions(name))) {
      Path file = file(newest(name) + 1, name);
      Files.createDirectories(file.getParent());
      Files.writeString(file, current.rawSchema().toString(true) + "\n");
    }
  }

  private Path file(int version, String name) {
    return directory.resolve(shortName(version, name));
  }

  private static String shortName(int version, String name) {
    return "v" + version + "/" + name + ".avsc";
  }
}
