package dev.meander.app.embedded;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.confluent.kafka.schemaregistry.CompatibilityLevel;
import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.avro.AvroRuntimeException;
import org.jspecify.annotations.Nullable;

/**
 * Confluent's registry API: a request to an answer, without HTTP.
 *
 * <p>Thread-safety: as {@link RegistryRules}.
 */
final class RegistryRoutes {

  private static final int LEVEL_CHARACTERS_MAX = 40;

  private final RegistryRules rules;

  RegistryRoutes(RegistryRules rules) {
    this.rules = rules;
  }

  /**
   * One request.
   *
   * @param method HTTP method
   * @param path decoded segments of the path
   * @param query decoded parameters
   * @param body the body; empty when there is none
   */
  record Request(String method, List<String> path, Map<String, String> query, String body) {

    boolean flag(String name) {
      return "true".equalsIgnoreCase(query.get(name));
    }

    String at(int index) {
      return path.get(index);
    }

    /** True when the path has these segments; {@code *} stands for any. */
    boolean matches(String expectedMethod, String... segments) {
      if (!method.equals(expectedMethod) || path.size() != segments.length) {
        return false;
      }
      for (int i = 0; i < segments.length; i++) {
        if (!segments[i].equals("*") && !segments[i].equals(path.get(i))) {
          return false;
        }
      }
      return true;
    }
  }

  /**
   * Answers {@code request}.
   *
   * @throws RegistryRefusal with the status and code to answer with
   */
  JsonNode answer(Request request) {
    if (request.path().isEmpty()) {
      return RegistryState.JSON.createObjectNode();
    }
    JsonNode answer =
        switch (request.at(0)) {
          case "subjects" -> subjects(request);
          case "schemas" -> schemas(request);
          case "compatibility" -> compatibility(request);
          case "config" -> config(request);
          case "mode" -> mode(request);
          default -> null;
        };
    if (answer == null) {
      throw request.path().size() > 5 ? RegistryRefusal.noSuchPath() : unknown(request.method());
    }
    return answer;
  }

  private static RegistryRefusal unknown(String method) {
    return List.of("GET", "POST", "PUT", "DELETE").contains(method)
        ? RegistryRefusal.noSuchPath()
        : RegistryRefusal.noSuchMethod();
  }

  private @Nullable JsonNode subjects(Request request) {
    boolean deleted = request.flag("deleted");
    if (request.matches("GET", "subjects")) {
      return strings(rules.subjects(request.query().getOrDefault("subjectPrefix", ""), deleted));
    }
    if (request.matches("POST", "subjects", "*", "versions")) {
      return object("id", rules.register(request.at(1), schema(request)));
    }
    if (request.matches("POST", "subjects", "*")) {
      return version(rules.lookUp(request.at(1), schema(request), deleted));
    }
    if (request.matches("GET", "subjects", "*", "versions")) {
      return numbers(
          rules.existing(request.at(1), deleted).stream().map(RegisteredSchema::version).toList());
    }
    if (request.matches("GET", "subjects", "*", "versions", "*")) {
      return version(rules.version(request.at(1), request.at(3), deleted));
    }
    if (request.matches("GET", "subjects", "*", "versions", "*", "schema")) {
      return tree(rules.version(request.at(1), request.at(3), deleted).schema());
    }
    if (request.matches("GET", "subjects", "*", "versions", "*", "referencedby")) {
      rules.version(request.at(1), request.at(3), deleted);
      return RegistryState.JSON.createArrayNode();
    }
    if (request.matches("DELETE", "subjects", "*")) {
      return numbers(rules.delete(request.at(1), request.flag("permanent")));
    }
    if (request.matches("DELETE", "subjects", "*", "versions", "*")) {
      return IntNode.valueOf(rules.delete(request.at(1), request.at(3), request.flag("permanent")));
    }
    return null;
  }

  private @Nullable JsonNode schemas(Request request) {
    boolean deleted = request.flag("deleted");
    if (request.matches("GET", "schemas", "types")) {
      return strings(List.of(AvroSchema.TYPE));
    }
    if (request.matches("GET", "schemas", "ids", "*")) {
      ObjectNode found = RegistryState.JSON.createObjectNode();
      return found.put("schema", rules.schema(id(request)).canonicalString());
    }
    if (request.matches("GET", "schemas", "ids", "*", "schema")) {
      return tree(rules.schema(id(request)));
    }
    if (request.matches("GET", "schemas", "ids", "*", "subjects")) {
      return strings(
          rules.usesOf(id(request), deleted).stream().map(RegisteredSchema::subject).toList());
    }
    if (request.matches("GET", "schemas", "ids", "*", "versions")) {
      ArrayNode uses = RegistryState.JSON.createArrayNode();
      rules
          .usesOf(id(request), deleted)
          .forEach(
              use -> uses.addObject().put("subject", use.subject()).put("version", use.version()));
      return uses;
    }
    return null;
  }

  private static int id(Request request) {
    try {
      return Integer.parseInt(request.at(2)); // whatever four bytes of a record say
    } catch (NumberFormatException e) {
      throw RegistryRefusal.noSuchPath();
    }
  }

  private @Nullable JsonNode compatibility(Request request) {
    List<String> problems;
    if (request.matches("POST", "compatibility", "subjects", "*", "versions")) {
      problems = rules.check(request.at(2), schema(request));
    } else if (request.matches("POST", "compatibility", "subjects", "*", "versions", "*")) {
      problems = rules.check(request.at(2), schema(request), request.at(4));
    } else {
      return null;
    }
    ObjectNode answer = RegistryState.JSON.createObjectNode();
    answer.set("is_compatible", BooleanNode.valueOf(problems.isEmpty()));
    if (request.flag("verbose")) {
      answer.set("messages", strings(problems));
    }
    return answer;
  }

  private @Nullable JsonNode config(Request request) {
    String subject = request.path().size() > 1 ? request.at(1) : null;
    if (request.path().size() > 2) {
      return null;
    }
    return switch (request.method()) {
      case "GET" -> {
        CompatibilityLevel level =
            subject == null ? rules.level() : rules.level(subject, request.flag("defaultToGlobal"));
        yield text("compatibilityLevel", level.name);
      }
      case "PUT" -> {
        CompatibilityLevel level = level(request);
        rules.setLevel(subject, level);
        yield text("compatibility", level.name);
      }
      case "DELETE" -> text("compatibilityLevel", rules.removeLevel(subject).name);
      default -> null;
    };
  }

  private @Nullable JsonNode mode(Request request) {
    if (request.matches("GET", "mode")) {
      return text("mode", "READWRITE");
    }
    if (request.matches("GET", "mode", "*")) {
      if (!request.flag("defaultToGlobal")) {
        throw RegistryRefusal.noMode(request.at(1));
      }
      return text("mode", "READWRITE");
    }
    return null;
  }

  private static CompatibilityLevel level(Request request) {
    String name = json(request).path("compatibility").asText();
    if (name.length() > LEVEL_CHARACTERS_MAX) {
      throw RegistryRefusal.invalidLevel();
    }
    for (CompatibilityLevel level : CompatibilityLevel.values()) {
      if (level.name.equals(name.toUpperCase(Locale.ROOT))) {
        return level;
      }
    }
    throw RegistryRefusal.invalidLevel();
  }

  private static AvroSchema schema(Request request) {
    JsonNode body = json(request);
    String type = body.path("schemaType").asText(AvroSchema.TYPE);
    if (!type.equals(AvroSchema.TYPE)) {
      throw RegistryRefusal.invalidSchema("expected type AVRO, found " + type);
    }
    if (!body.path("references").isEmpty()) {
      throw RegistryRefusal.invalidSchema("expected a schema without references to others");
    }
    String text = body.path("schema").asText();
    try {
      AvroSchema schema = new AvroSchema(text);
      schema.validate(true);
      return request.flag("normalize") ? schema.normalize() : schema;
    } catch (AvroRuntimeException e) {
      throw RegistryRefusal.invalidSchema(String.valueOf(e.getMessage()));
    }
  }

  private static JsonNode json(Request request) {
    try {
      JsonNode body = RegistryState.JSON.readTree(request.body());
      if (body.isObject()) {
        return body;
      }
    } catch (JsonProcessingException e) {
      throw RegistryRefusal.invalidSchema("expected a JSON body, found " + e.getOriginalMessage());
    }
    throw RegistryRefusal.invalidSchema("expected a JSON object as the body");
  }

  private static ObjectNode version(RegisteredSchema version) {
    ObjectNode node = RegistryState.JSON.createObjectNode();
    node.put("subject", version.subject());
    node.put("version", version.version());
    node.put("id", version.id());
    return node.put("schema", version.schema().canonicalString());
  }

  private static JsonNode tree(AvroSchema schema) {
    try {
      return RegistryState.JSON.readTree(schema.canonicalString());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a schema prints as JSON", e);
    }
  }

  private static ObjectNode object(String name, int value) {
    return RegistryState.JSON.createObjectNode().put(name, value);
  }

  private static ObjectNode text(String name, String value) {
    return RegistryState.JSON.createObjectNode().put(name, value);
  }

  private static ArrayNode strings(List<String> values) {
    ArrayNode array = RegistryState.JSON.createArrayNode();
    values.forEach(array::add);
    return array;
  }

  private static ArrayNode numbers(List<Integer> values) {
    ArrayNode array = RegistryState.JSON.createArrayNode();
    values.forEach(array::add);
    return array;
  }
}
