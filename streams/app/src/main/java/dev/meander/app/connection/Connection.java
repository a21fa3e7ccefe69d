package dev.meander.app.connection;

import dev.meander.app.topics.SchemaAdmin;
import dev.meander.app.topics.TopicAdmin;
import dev.meander.app.versions.Cluster;
import dev.meander.core.config.ConfigurationException;
import dev.meander.core.objects.FolderObjectStore;
import dev.meander.schemas.Credentials;
import dev.meander.schemas.TopicNames;
import dev.meander.schemas.kafka.RecordSerdes;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Where a cluster and its registry are.
 *
 * @param bootstrap Kafka brokers
 * @param registry address of the registry; null when none was named
 * @param names names of the topics
 * @param file keys of the configuration file; empty without one
 * @param config the configuration file; null without one
 * @param options the options that reach the same cluster, as they can be pasted into a shell: each
 *     begins with a blank
 */
public record Connection(
    String bootstrap,
    @Nullable String registry,
    TopicNames names,
    Map<String, String> file,
    @Nullable Path config,
    String options) {

  /** Prefix of the keys that go to Kafka's clients. */
  public static final String KAFKA = "kafka.";

  /** Prefix of the keys that go to the registry's client. */
  public static final String REGISTRY = "registry.";

  public Connection {
    file = Map.copyOf(file);
  }

  @Override
  public String toString() {
    return "Connection[bootstrap="
        + bootstrap
        + ", registry="
        + Credentials.hide(String.valueOf(registry))
        + ", names="
        + names
        + ", file="
        + Credentials.hide(file)
        + ", config="
        + config
        + "]";
  }

  public TopicAdmin topics() {
    return TopicAdmin.connect(bootstrap, under(KAFKA), names);
  }

  public SchemaAdmin schemas(String url) {
    return SchemaAdmin.connect(url, under(REGISTRY), names);
  }

  /** Settings of Kafka's clients, addresses included. */
  public Map<String, Object> client() {
    Map<String, Object> settings = new TreeMap<>(under(KAFKA));
    settings.put("bootstrap.servers", bootstrap);
    return settings;
  }

  /**
   * Where versions and commands lie.
   *
   * @throws ConfigurationException when no registry was named
   */
  public Cluster cluster() {
    if (registry == null) {
      throw new ConfigurationException(
          "the options",
          List.of("expected --registry, or --config with schema.registry.url, found neither"));
    }
    String objects = file.getOrDefault(FolderObjectStore.FOLDER.key(), FolderObjectStore.NONE);
    return new Cluster(bootstrap, under(KAFKA), registryClient(registry), names, objects);
  }

  /** Settings of the registry's client, its address included. */
  public Map<String, String> registryClient(String url) {
    Map<String, String> settings = under(REGISTRY);
    settings.put(RecordSerdes.REGISTRY_URL, url);
    return settings;
  }

  private Map<String, String> under(String prefix) {
    Map<String, String> settings = new TreeMap<>();
    file.forEach(
        (key, value) -> {
          if (key.startsWith(prefix)) {
            settings.put(key.substring(prefix.length()), value);
          }
        });
    return settings;
  }
}
