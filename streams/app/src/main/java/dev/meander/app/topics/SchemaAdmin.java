package dev.meander.app.topics;

import dev.meander.schemas.Credentials;
import dev.meander.schemas.Topic;
import dev.meander.schemas.TopicNames;
import dev.meander.schemas.kafka.RecordSchemas;
import dev.meander.schemas.kafka.RecordSerdes;
import dev.meander.schemas.kafka.RegistryFailures;
import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The catalogue's schemas in a registry.
 *
 * <p>Thread-safety: safe. Lifetime: the owner closes it. A registry that does not answer is an
 * {@link UnreachableException}.
 */
public final class SchemaAdmin implements AutoCloseable {

  /** Level every subject is held to: any version reads and is read by any other. */
  public static final String COMPATIBILITY = "FULL_TRANSITIVE";

  private static final int CONNECT_MILLIS = 3_000;
  private static final int READ_MILLIS = 7_000;
  private static final int CONFLICT = 409;

  private final SchemaRegistryClient client;
  private final String url;
  private final TopicNames names;

  private SchemaAdmin(SchemaRegistryClient client, String url, TopicNames names) {
    this.client = client;
    this.url = url;
    this.names = names;
  }

  /**
   * Opens a client; the registry is asked by the first call.
   *
   * @param settings client settings such as credentials; may be empty
   */
  public static SchemaAdmin connect(String url, Map<String, ?> settings, TopicNames names) {
    Map<String, Object> all = new HashMap<>(settings);
    all.put(RecordSerdes.REGISTRY_URL, url);
    all.put("http.connect.timeout.ms", CONNECT_MILLIS);
    all.put("http.read.timeout.ms", READ_MILLIS);
    all.put("max.retries", 0);
    return new SchemaAdmin(RecordSerdes.client(all), url, names);
  }

  /**
   * Asks what every registry answers.
   *
   * @throws UnreachableException when nothing answers there, or something that is no registry
   */
  public void ask() {
    try {
      client.getAllSubjects();
    } catch (RestClientException e) {
      throw new UnreachableException(
          "expected a schema registry at "
              + url
              + ", found an answer "
              + e.getStatus()
              + " to GET "
              + url
              + "/subjects",
          e);
    } catch (IOException e) {
      throw unreachable(e);
    }
  }

  /** Holds every subject to {@link #COMPATIBILITY} and registers the schemas of this build. */
  public List<SubjectState> register() {
    List<SubjectState> states = new ArrayList<>();
    for (Topic topic : Topic.values()) {
      Optional<AvroSchema> schema = RecordSchemas.of(topic);
      if (schema.isPresent()) {
        states.add(register(names.subject(topic), schema.get()));
      }
    }
    return states;
  }

  private SubjectState register(String subject, AvroSchema schema) {
    Optional<Integer> known = id(subject, schema);
    try {
      client.updateCompatibility(subject, COMPATIBILITY);
      if (known.isPresent()) {
        return new SubjectState(subject, SubjectState.Outcome.EXISTING, known.get(), "");
      }
      int id = client.register(subject, schema);
      return new SubjectState(subject, SubjectState.Outcome.REGISTERED, id, "");
    } catch (RestClientException e) {
      if (e.getStatus() == CONFLICT) {
        return incompatible(subject, String.valueOf(e.getMessage()));
      }
      throw refused(e);
    } catch (IOException e) {
      throw unreachable(e);
    }
  }

  /** Compares the registry with the schemas of this build and changes nothing. */
  public List<SubjectState> inspect() {
    List<SubjectState> states = new ArrayList<>();
    for (Topic topic : Topic.values()) {
      Optional<AvroSchema> schema = RecordSchemas.of(topic);
      if (schema.isPresent()) {
        states.add(inspect(names.subject(topic), schema.get()));
      }
    }
    return states;
  }

  private SubjectState inspect(String subject, AvroSchema schema) {
    Optional<Integer> known = id(subject, schema);
    if (known.isPresent()) {
      return new SubjectState(subject, SubjectState.Outcome.EXISTING, known.get(), "");
    }
    try {
      List<String> problems = client.testCompatibilityVerbose(subject, schema);
      return problems.isEmpty()
          ? new SubjectState(subject, SubjectState.Outcome.MISSING, 0, "")
          : incompatible(subject, String.join("; ", problems));
    } catch (RestClientException e) {
      if (RegistryFailures.notFound(e)) {
        return new SubjectState(subject, SubjectState.Outcome.MISSING, 0, "");
      }
      throw refused(e);
    } catch (IOException e) {
      throw unreachable(e);
    }
  }

  /** The level new versions of {@code topic} are held to; that of the registry when it has none. */
  public String compatibility(Topic topic) {
    try {
      return client.getCompatibility(names.subject(topic));
    } catch (RestClientException e) {
      if (RegistryFailures.notFound(e)) {
        return globalCompatibility();
      }
      throw refused(e);
    } catch (IOException e) {
      throw unreachable(e);
    }
  }

  private String globalCompatibility() {
    try {
      return client.getCompatibility(null);
    } catch (RestClientException e) {
      throw refused(e);
    } catch (IOException e) {
      throw unreachable(e);
    }
  }

  private Optional<Integer> id(String subject, AvroSchema schema) {
    try {
      return Optional.of(client.getId(subject, schema));
    } catch (RestClientException e) {
      if (RegistryFailures.notFound(e)) {
        return Optional.empty();
      }
      throw refused(e);
    } catch (IOException e) {
      throw unreachable(e);
    }
  }

  private static SubjectState incompatible(String subject, String detail) {
    return new SubjectState(subject, SubjectState.Outcome.INCOMPATIBLE, 0, detail);
  }

  private UnreachableException unreachable(IOException cause) {
    return new UnreachableException(
        "cannot reach the schema registry at "
            + Credentials.hide(url)
            + ": "
            + RegistryFailures.found(cause),
        cause);
  }

  private UnreachableException refused(RestClientException cause) {
    return new UnreachableException(
        "the schema registry at "
            + Credentials.hide(url)
            + " refused: "
            + RegistryFailures.found(cause),
        cause);
  }

  @Override
  public void close() {
    try {
      client.close();
    } catch (IOException e) {
      throw unreachable(e);
    }
  }
}
