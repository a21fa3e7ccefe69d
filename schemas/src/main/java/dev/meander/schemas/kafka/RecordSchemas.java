package dev.meander.schemas.kafka;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.meander.schemas.Topic;
import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.avro.util.ClassSecurityValidator;
import org.apache.avro.util.ClassSecurityValidator.ClassSecurityPredicate;

/**
 * The schemas as the registry holds them: without the marks of Java's code generator, so that a
 * writer in any language registers the same text.
 *
 * <p>Thread-safety: stateless.
 */
public final class RecordSchemas {

  private static final String RECORDS = "dev.meander.schemas.record.";
  private static final String JAVA_STRING = "avro.java.string";
  private static final ObjectMapper JSON = new ObjectMapper();

  private RecordSchemas() {}

  /** Schema of the topic's values for its registry subject; empty for the dead letters. */
  public static Optional<AvroSchema> of(Topic topic) {
    return topic.valueSchema().map(schema -> new AvroSchema(portable(schema)));
  }

  /** {@code schema} without the code generator's marks. */
  public static Schema portable(Schema schema) {
    try {
      JsonNode tree = JSON.readTree(schema.toString());
      removeMarks(tree);
      return new Schema.Parser().parse(tree.toString());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a schema prints as JSON", e);
    }
  }

  private static void removeMarks(JsonNode node) {
    if (node instanceof ObjectNode object) {
      object.remove(JAVA_STRING);
    }
    node.forEach(RecordSchemas::removeMarks);
  }

  /**
   * Lets Avro build the records of this module, once per process; what was trusted before stays
   * trusted. Avro refuses every class outside a list of trusted ones.
   */
  static void trust() {
    Trust.install();
  }

  /** Its static block runs once per process, whoever comes first. */
  private static final class Trust {
    static {
      ClassSecurityPredicate before = ClassSecurityValidator.getGlobal();
      ClassSecurityValidator.setGlobal(
          ClassSecurityValidator.composite(before, type -> type.getName().startsWith(RECORDS)));
    }

    static void install() {
      // Calling it initialises the class.
    }
  }
}
