package dev.meander.streams;

import dev.meander.core.config.ConfigurationException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigResource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks a cluster before anything is started on it: does it answer, does it have the topics, and how
 * long may a transaction take?
 *
 * <p>Thread-safety: stateless.
 */
final class ClusterCheck {

  private static final Logger LOG = LoggerFactory.getLogger(ClusterCheck.class);
  private static final String TIMEOUT_MAX = "transaction.max.timeout.ms";

  private ClusterCheck() {}

  /**
   * @param servers bootstrap servers, for messages
   * @param settings of the admin client
   * @param topics full names of the topics that the topology uses
   * @param within longest time to wait for an answer
   * @return longest timeout of a transaction that every broker takes; empty when they do not tell
   * @throws UnreachableException when the cluster does not answer
   * @throws ConfigurationException when topics are missing
   */
  static OptionalInt check(
      String servers, Map<String, Object> settings, List<String> topics, Duration within) {
    int millis = Math.toIntExact(within.toMillis());
    settings.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, millis);
    settings.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, millis);
    Admin admin = null;
    try {
      admin = Admin.create(settings);
      checkTopics(servers, admin.listTopics().names().get(millis, TimeUnit.MILLISECONDS), topics);
      return timeoutMaxMillis(admin, millis);
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

  private static void checkTopics(String servers, Set<String> found, List<String> topics) {
    List<String> missing = topics.stream().filter(topic -> !found.contains(topic)).toList();
    if (!missing.isEmpty()) {
      throw new ConfigurationException(
          "the cluster at " + servers,
          List.of(
              "expected topics "
                  + String.join(", ", missing)
                  + ", found none of them: create them with `meander topics create`"));
    }
  }

  /** Clients may use topics without being allowed to read the settings of brokers. */
  private static OptionalInt timeoutMaxMillis(Admin admin, int millis)
      throws InterruptedException, TimeoutException {
    try {
      List<ConfigResource> brokers =
          admin.describeCluster().nodes().get(millis, TimeUnit.MILLISECONDS).stream()
              .map(node -> new ConfigResource(ConfigResource.Type.BROKER, node.idString()))
              .toList();
      return admin
          .describeConfigs(brokers)
          .all()
          .get(millis, TimeUnit.MILLISECONDS)
          .values()
          .stream()
          .map(config -> config.get(TIMEOUT_MAX))
          .filter(entry -> entry != null && entry.value() != null)
          .mapToInt(entry -> Integer.parseInt(entry.value()))
          .min();
    } catch (ExecutionException e) {
      LOG.info("the brokers do not tell their {}: {}", TIMEOUT_MAX, ThreadFailures.rootMessage(e));
      return OptionalInt.empty();
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
