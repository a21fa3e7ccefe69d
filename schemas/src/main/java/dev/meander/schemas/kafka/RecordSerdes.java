package dev.meander.schemas.kafka;

import dev.meander.schemas.RejectReason;
import io.confluent.kafka.schemaregistry.ParsedSchema;
import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.avro.AvroSchemaProvider;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClientFactory;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import io.confluent.kafka.serializers.KafkaAvroDeserializer;
import io.confluent.kafka.serializers.KafkaAvroSerializer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * Records to Kafka bytes and back, in Confluent's wire format: a zero byte, the schema id in four
 * bytes, the Avro payload. Subjects follow TopicNameStrategy.
 *
 * <p>Decoding is total. Whatever the bytes are, it gives a record or a refusal; only a registry
 * that does not answer is an exception, because then nothing is known about the bytes.
 *
 * <p>Thread-safety: one thread at a time; open one per stream thread. Lifetime: the owner closes
 * it, and with it the client it opened.
 */
public final class RecordSerdes implements AutoCloseable {

  /** Address of the registry; {@code mock://name} is an in-process one for tests. */
  public static final String REGISTRY_URL = "schema.registry.url";

  /** Whether a writer may register a schema; set it to false where a pipeline does that. */
  public static final String AUTO_REGISTER = "auto.register.schemas";

  private static final int HEADER_BYTES = 5;
  private static final int SCHEMAS_MAX = 1000;

  private final SchemaRegistryClient client;
  private final KafkaAvroSerializer serializer;
  private final KafkaAvroDeserializer deserializer;
  private final Map<WriterKey, Schema> writers = new HashMap<>();

  private record WriterKey(String topic, int id) {}

  /**
   * Serdes with a client of their own.
   *
   * @param config settings of the registry's client and serdes; {@link #REGISTRY_URL} is required,
   *     timeouts are bounded unless set
   */
  public static RecordSerdes open(Map<String, ?> config) {
    return new RecordSerdes(client(config), config);
  }

  /**
   * A client of the registry with bounded timeouts, for whoever asks it more than schemas.
   *
   * @throws IllegalArgumentException when {@link #REGISTRY_URL} is missing
   */
  public static SchemaRegistryClient client(Map<String, ?> config) {
    Object url = config.get(REGISTRY_URL);
    if (url == null || url.toString().isBlank()) {
      throw new IllegalArgumentException("expected a setting " + REGISTRY_URL + ", found none");
    }
    try {
      return SchemaRegistryClientFactory.newClient(
          Arrays.stream(url.toString().split(",")).map(String::strip).toList(),
          SCHEMAS_MAX,
          List.of(new AvroSchemaProvider()),
          withDefaults(config),
          Map.of());
    } catch (ServiceConfigurationError | LinkageError e) {
      throw new ConfigException(
          "the registry's client cannot authenticate as configured beside this release of Kafka, as"
              + " with bearer tokens; use registry.basic.auth.*, or a proxy that adds the token");
    }
  }

  /** Serdes over a client of the caller's; closing them closes it too. */
  public RecordSerdes(SchemaRegistryClient client, Map<String, ?> config) {
    RecordSchemas.trust();
    this.client = client;
    Map<String, Object> all = withDefaults(config);
    this.serializer = new KafkaAvroSerializer(client);
    this.serializer.configure(all, false);
    this.deserializer = new KafkaAvroDeserializer(client);
    this.deserializer.configure(all, false);
  }

  private static Map<String, Object> withDefaults(Map<String, ?> config) {
    Map<String, Object> all = new HashMap<>();
    all.put(AUTO_REGISTER, true);
    all.put("http.connect.timeout.ms", 5_000);
    all.put("http.read.timeout.ms", 10_000);
    all.put("avro.remove.java.properties", true);
    all.putAll(config);
    all.put("specific.avro.reader", true);
    return all;
  }

  /**
   * Bytes of {@code value} for {@code topic}; the schema is registered first when it is not yet and
   * {@link #AUTO_REGISTER} allows it.
   *
   * @throws RegistryUnavailableException when the registry does not answer
   * @throws org.apache.kafka.common.errors.SerializationException when it refuses the schema
   */
  public byte[] serialize(String topic, SpecificRecord value) {
    byte[] bytes;
    try {
      bytes = serializer.serialize(topic, value);
    } catch (RuntimeException e) {
      if (RegistryFailures.unavailable(e)) {
        throw unavailable(topic, e);
      }
      throw e;
    }
    if (ByteBuffer.wrap(bytes, 1, Integer.BYTES).getInt() < 1) {
      client.reset(); // or it would remember an id that no registry gives
      throw unavailable(topic, "an answer without an id", null);
    }
    return bytes;
  }

  /**
   * Reads {@code value}.
   *
   * @param topic full name of the topic it came from
   * @param type record the topic holds
   * @throws RegistryUnavailableException when the schema is needed and the registry does not answer
   */
  public <T extends SpecificRecord> Decoded<T> decode(
      String topic, Class<T> type, byte @Nullable [] value) {
    if (value == null) {
      return undecodable("expected a value on " + topic + ", found none");
    }
    if (value.length < HEADER_BYTES) {
      return undecodable(
          "expected at least " + HEADER_BYTES + " bytes on " + topic + ", found " + value.length);
    }
    if (value[0] != 0) {
      return undecodable(
          "expected 0 as the first byte on " + topic + ", found " + (value[0] & 0xff));
    }
    int id = ByteBuffer.wrap(value, 1, Integer.BYTES).getInt();
    WriterKey key = new WriterKey(topic, id);
    Schema writer = writers.get(key);
    if (writer == null) {
      Decoded<Schema> found = fetch(topic, id);
      if (found instanceof Decoded.Refusal<Schema> refusal) {
        return new Decoded.Refusal<>(refusal.reason(), refusal.message());
      }
      writer = ((Decoded.Value<Schema>) found).value();
      if (writers.size() < SCHEMAS_MAX) {
        writers.put(key, writer);
      }
    }
    return read(topic, type, value, id, writer);
  }

  private Decoded<Schema> fetch(String topic, int id) {
    if (id < 1) {
      return unknownSchema(topic, id);
    }
    try {
      ParsedSchema schema = client.getSchemaBySubjectAndId(topic + "-value", id);
      if (schema instanceof AvroSchema avro) {
        return new Decoded.Value<>(known(topic, avro.rawSchema()));
      }
      return notAvro(topic, id);
    } catch (RestClientException e) {
      if (RegistryFailures.notFound(e)) {
        return unknownSchema(topic, id);
      }
      throw unavailable(topic, e);
    } catch (IOException e) {
      if (RegistryFailures.notParsed(e)) {
        return notAvro(topic, id);
      }
      throw unavailable(topic, e);
    } catch (NullPointerException e) {
      throw unavailable(topic, e); // an answer without a schema
    }
  }

  /** Forgets an answer without a schema, so that the registry is asked again. */
  private Schema known(String topic, @Nullable Schema schema) {
    if (schema == null) {
      client.reset();
      throw unavailable(topic, "an answer that is not a registry's", null);
    }
    return schema;
  }

  private <T extends SpecificRecord> Decoded<T> read(
      String topic, Class<T> type, byte[] value, int id, Schema writer) {
    if (!writer.getFullName().equals(type.getName())) {
      return new Decoded.Refusal<>(
          RejectReason.WRONG_RECORD,
          "expected record %s on %s, found %s (schema id %d)"
              .formatted(type.getName(), topic, writer.getFullName(), id));
    }
    String problem = PayloadWalk.problem(writer, value, HEADER_BYTES);
    if (problem != null) {
      return corrupt(topic, writer, id, problem);
    }
    try {
      Schema reader = SpecificData.get().getSchema(type);
      return new Decoded.Value<>(type.cast(deserializer.deserialize(topic, value, reader)));
    } catch (RuntimeException e) {
      if (RegistryFailures.unavailable(e)) {
        throw unavailable(topic, e);
      }
      return corrupt(topic, writer, id, rootMessage(e));
    }
  }

  private static String rootMessage(Throwable failure) {
    Throwable root = failure;
    for (Throwable cause = root.getCause(); cause != null && cause != root; ) {
      root = cause;
      cause = root.getCause();
    }
    return root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
  }

  private static <T> Decoded<T> corrupt(String topic, Schema writer, int id, String found) {
    return undecodable(
        "expected the bytes of %s (schema id %d) on %s, found %s"
            .formatted(writer.getFullName(), id, topic, found));
  }

  private static <T> Decoded<T> undecodable(String message) {
    return new Decoded.Refusal<>(RejectReason.UNDECODABLE, message);
  }

  private static <T> Decoded<T> unknownSchema(String topic, int id) {
    return new Decoded.Refusal<>(
        RejectReason.UNKNOWN_SCHEMA,
        "expected a schema the registry knows on " + topic + ", found id " + id);
  }

  private static <T> Decoded<T> notAvro(String topic, int id) {
    return new Decoded.Refusal<>(
        RejectReason.WRONG_RECORD,
        "expected an Avro record on " + topic + ", found schema id " + id + " of another format");
  }

  private static RegistryUnavailableException unavailable(String topic, Exception cause) {
    return unavailable(topic, RegistryFailures.found(cause), cause);
  }

  private static RegistryUnavailableException unavailable(
      String topic, String found, @Nullable Exception cause) {
    return new RegistryUnavailableException(
        "cannot ask the schema registry about " + topic + ": " + found, cause);
  }

  /** {@link #serialize} as Kafka's interface; a null value stays null, a tombstone. */
  public <T extends SpecificRecord> Serializer<T> serializer() {
    return (topic, value) -> value == null ? null : serialize(topic, value);
  }

  /** {@link #decode} as Kafka's interface; consumers hand a null value on without asking it. */
  public <T extends SpecificRecord> Deserializer<Decoded<T>> deserializer(Class<T> type) {
    return (topic, value) -> decode(topic, type, value);
  }

  @Override
  public void close() {
    serializer.close();
    deserializer.close();
    try {
      client.close();
    } catch (IOException e) {
      throw new RegistryUnavailableException("cannot close the schema registry's client", e);
    }
  }
}
