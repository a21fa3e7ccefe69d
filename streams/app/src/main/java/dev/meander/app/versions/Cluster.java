package dev.meander.app.versions;

import dev.meander.schemas.Credentials;
import dev.meander.schemas.TopicNames;
import java.util.Map;

/**
 * Where versions and commands lie.
 *
 * @param bootstrap Kafka brokers
 * @param kafka settings of Kafka's clients, passed through
 * @param registry settings of the registry's client, its address included
 * @param topics names of the topics
 * @param objectsFolder where payloads lie that are not on the log, or {@code none}
 */
public record Cluster(
    String bootstrap,
    Map<String, String> kafka,
    Map<String, String> registry,
    TopicNames topics,
    String objectsFolder) {

  public Cluster {
    kafka = Map.copyOf(kafka);
    registry = Map.copyOf(registry);
  }

  @Override
  public String toString() {
    return "Cluster[bootstrap="
        + bootstrap
        + ", kafka="
        + Credentials.hide(kafka)
        + ", registry="
        + Credentials.hide(registry)
        + ", topics="
        + topics
        + ", objectsFolder="
        + objectsFolder
        + "]";
  }
}
