package dev.meander.streams;

import dev.meander.core.config.ConfigurationException;
import dev.meander.schemas.TopicNames;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.KafkaException;

/**
 * Asks a cluster before anything is started on it: does it answer, and does it have the topics?
 *
 * <p>Thread-safety: stateless.
 */
final class ClusterCheck {

  private ClusterCheck() {}

  /**
   * @param servers bootstrap servers, for messages
   * @param settings of the admin client
   * @param topics names of the topics that the topology uses
   * @param within longest time to wait for an answer
   * @throws UnreachableException when the cluster does not answer
   * @throws ConfigurationException when topics are missing
   */
  static void check(
      String servers, Map<String, Object> settings, TopicNames topics, Duration within) {
    Set<String> found = topicsOf(servers, settings, within);
    List<String> missing =
        List.of(
                topics.traffic(),
                topics.samples(),
                topics.adapters(),
                topics.aliases(),
                topics.decisions(),
                topics.commands(),
                topics.dlq())
            .stream()
            .filter(topic -> !found.contains(topic))
            .toList();
    if (!missing.isEmpty()) {
      throw new ConfigurationException(
          "the cluster at " + servers,
          List.of(
              "expected topics "
                  + String.join(", ", missing)
                  + ", found none of them: create them with `meander topics create`"));
    }
  }

  private static Set<String> topicsOf(
      String servers, Map<String, Object> settings, Duration within) {
    int millis = Math.toIntExact(within.toMillis());
    settings.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, millis);
    settings.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, millis);
    Admin admin = null;
    try {
      admin = Admin.create(settings);
      return admin.listTopics().names().get(millis, TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw silent(servers, within, e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof org.apache.kafka.common.errors.TimeoutException
          ? silent(servers, within, e)
          : refused(servers, e);
    } catch (KafkaException e) {
      throw refused(servers, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw silent(servers, within, e);
    } finally {
      if (admin != null) {
        admin.close(Duration.ZERO);
      }
    }
  }

  private static UnreachableException silent(String servers, Duration within, Throwable cause) {
    return new UnreachableException(
        "cannot reach Kafka at " + servers + " within " + within.toSeconds() + " s", cause);
  }

  private static UnreachableException refused(String servers, Throwable cause) {
    return new UnreachableException(
        "cannot reach Kafka at " + servers + ": " + ThreadFailures.rootMessage(cause), cause);
  }
}
