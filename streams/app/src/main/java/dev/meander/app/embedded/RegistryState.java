package dev.meander.app.embedded;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.confluent.kafka.schemaregistry.CompatibilityLevel;
import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the records of the topic {@code _schemas} add up to. The records have Confluent's layout, so
 * another registry could read the topic.
 *
 * <p>Thread-safety: none; its owner holds a lock.
 */
final class RegistryState {

  static final ObjectMapper JSON = new ObjectMapper();

  private static final String SCHEMA = "SCHEMA";
  private static final String CONFIG = "CONFIG";

  private final Map<String, NavigableMap<Integer, RegisteredSchema>> subjects = new TreeMap<>();
  private final Map<String, CompatibilityLevel> levels = new HashMap<>();
  private final Map<Integer, AvroSchema> byId = new TreeMap<>();
  private final Map<String, Integer> idByText = new HashMap<>();
  private final Map<String, Integer> newestVersion = new HashMap<>();
  private @Nullable CompatibilityLevel globalLevel;
  private int idMax;

  /** A record of the topic: key and value as JSON; a null value removes the key. */
  record Entry(String key, @Nullable String value) {}

  static Entry entry(RegisteredSchema schema) {
    ObjectNode value = JSON.createObjectNode();
    value.put("subject", schema.subject());
    value.put("version", schema.version());
    value.put("id", schema.id());
    value.put("schema", schema.schema().canonicalString());
    value.put("deleted", schema.deleted());
    return new Entry(schemaKey(schema).toString(), value.toString());
  }

  static Entry removal(RegisteredSchema schema) {
    return new Entry(schemaKey(schema).toString(), null);
  }

  static Entry entry(@Nullable String subject, @Nullable CompatibilityLevel level) {
    ObjectNode key = JSON.createObjectNode();
    key.put("keytype", CONFIG);
    key.put("subject", subject);
    key.put("magic", 0);
    String value =
        level == null
            ? null
            : JSON.createObjectNode().put("compatibilityLevel", level.name).toString();
    return new Entry(key.toString(), value);
  }

  private static ObjectNode schemaKey(RegisteredSchema schema) {
    ObjectNode key = JSON.createObjectNode();
    key.put("keytype", SCHEMA);
    key.put("subject", schema.subject());
    key.put("version", schema.version());
    key.put("magic", 1);
    return key;
  }

  /** Applies a record; kinds it does not know are left alone. */
  void apply(Entry entry) {
    try {
      JsonNode key = JSON.readTree(entry.key());
      JsonNode value = entry.value() == null ? null : JSON.readTree(entry.value());
      switch (key.path("keytype").asText()) {
        case SCHEMA -> applySchema(key, value);
        case CONFIG -> applyConfig(key.path("subject"), value);
        default -> {}
      }
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("expected JSON in the topic of schemas, found " + entry, e);
    }
  }

  private void applySchema(JsonNode key, @Nullable JsonNode value) {
    String subject = key.path("subject").asText();
    int version = key.path("version").asInt();
    newestVersion.merge(subject, version, Math::max);
    NavigableMap<Integer, RegisteredSchema> versions =
        subjects.computeIfAbsent(subject, name -> new TreeMap<>());
    if (value == null) {
      versions.remove(version);
      if (versions.isEmpty()) {
        subjects.remove(subject);
      }
      return;
    }
    AvroSchema schema = new AvroSchema(value.path("schema").asText());
    int id = value.path("id").asInt();
    versions.put(
        version,
        new RegisteredSchema(subject, version, id, schema, value.path("deleted").asBoolean()));
    byId.put(id, schema);
    idByText.putIfAbsent(schema.canonicalString(), id);
    idMax = Math.max(idMax, id);
  }

  private void applyConfig(JsonNode subject, @Nullable JsonNode value) {
    CompatibilityLevel level =
        value == null
            ? null
            : CompatibilityLevel.forName(value.path("compatibilityLevel").asText());
    if (subject.isTextual() && level == null) {
      levels.remove(subject.asText());
    } else if (subject.isTextual()) {
      levels.put(subject.asText(), level);
    } else {
      globalLevel = level;
    }
  }

  Collection<String> subjects() {
    return List.copyOf(subjects.keySet());
  }

  /** Versions of {@code subject} in order, soft-deleted ones included. */
  List<RegisteredSchema> versions(String subject) {
    NavigableMap<Integer, RegisteredSchema> versions = subjects.get(subject);
    return versions == null ? List.of() : List.copyOf(versions.values());
  }

  Optional<AvroSchema> schema(int id) {
    return Optional.ofNullable(byId.get(id));
  }

  Optional<Integer> id(AvroSchema schema) {
    return Optional.ofNullable(idByText.get(schema.canonicalString()));
  }

  int nextId() {
    return idMax + 1;
  }

  /** Never one that was used before, even by a version that is gone. */
  int nextVersion(String subject) {
    return newestVersion.getOrDefault(subject, 0) + 1;
  }

  Optional<CompatibilityLevel> level(String subject) {
    return Optional.ofNullable(levels.get(subject));
  }

  CompatibilityLevel globalLevel() {
    return globalLevel == null ? CompatibilityLevel.FULL_TRANSITIVE : globalLevel;
  }
}
