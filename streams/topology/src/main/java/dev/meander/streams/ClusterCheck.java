package dev.meander.streams;

import dev.meander.core.config.ConfigurationException;
import dev.meander.schemas.access.MissingRight;
import dev.meander.schemas.access.Right;
import dev.meander.schemas.time.ClusterClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.resource.ResourceType;
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
  private static final String MESSAGE_MAX = "max.message.bytes";
  private static final String TIMEOUT_MAX = "transaction.max.timeout.ms";

  /**
   * What the brokers take.
   *
   * @param timeoutMaxMillis longest timeout of a transaction that every broker takes; empty when
   *     they do not tell
   * @param messageBytesMax largest record by the full name of a topic; without those that do not
   *     tell
   */
  record Limits(OptionalInt timeoutMaxMillis, Map<String, Integer> messageBytesMax) {}

  private ClusterCheck() {}

  /**
   * @param servers bootstrap servers, for messages
   * @param settings of the admin client
   * @param topics full names of the topics that the topology uses
   * @param needed what the application must be allowed to do
   * @param within longest time to wait for an answer
   * @param clock measured against the cluster's
   * @return what the brokers take
   * @throws UnreachableException when the cluster does not answer
   * @throws ConfigurationException when topics or rights are missing
   */
  static Limits check(
      String servers,
      Map<String, Object> settings,
      List<String> topics,
      List<Right> needed,
      Duration within,
      ClusterClock clock) {
    int millis = Math.toIntExact(within.toMillis());
    settings.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, millis);
    settings.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, millis);
    Admin admin = null;
    try {
      admin = Admin.create(settings);
      checkTopics(servers, admin, topics, needed, millis);
      clock.measure(admin);
      return new Limits(timeoutMaxMillis(admin, millis), messageBytesMax(admin, topics, millis));
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

  private static void checkTopics(
      String servers, Admin admin, List<String> topics, List<Right> needed, int millis)
      throws InterruptedException, TimeoutException, ExecutionException {
    List<String> missing = new ArrayList<>();
    List<String> unseen = new ArrayList<>();
    Map<String, Set<AclOperation>> allowed = new HashMap<>();
    Map<String, KafkaFuture<TopicDescription>> answers =
        admin
            .describeTopics(topics, new DescribeTopicsOptions().includeAuthorizedOperations(true))
            .topicNameValues();
    for (Map.Entry<String, KafkaFuture<TopicDescription>> answer : answers.entrySet()) {
      String topic = answer.getKey();
      try {
        Set<AclOperation> operations =
            answer.getValue().get(millis, TimeUnit.MILLISECONDS).authorizedOperations();
        if (operations != null) {
          allowed.put(topic, operations);
        }
      } catch (ExecutionException e) {
        if (e.getCause() instanceof UnknownTopicOrPartitionException) {
          missing.add(topic);
        } else if (e.getCause() instanceof TopicAuthorizationException) {
          unseen.add(topic);
        } else {
          throw e;
        }
      }
    }
    List<String> problems = new ArrayList<>();
    if (!missing.isEmpty()) {
      problems.add(
          "expected topics "
              + String.join(", ", missing)
              + ", found none of them: create them with `meander topics create`");
    }
    if (!unseen.isEmpty()) {
      problems.add(MissingRight.unseen(unseen) + "; " + MissingRight.ADVICE);
    }
    problems.addAll(MissingRight.missing(needed, allowed));
    problems.addAll(missingIds(admin, needed, millis));
    if (!problems.isEmpty()) {
      throw new ConfigurationException("the cluster at " + servers, problems);
    }
  }

  /** Group and transactional ids that this user may not even ask for. */
  private static List<String> missingIds(Admin admin, List<Right> needed, int millis)
      throws InterruptedException, TimeoutException {
    List<String> problems = new ArrayList<>();
    for (Right right : needed) {
      try {
        if (right.type() == ResourceType.GROUP) {
          admin
              .listConsumerGroupOffsets(right.name())
              .partitionsToOffsetAndMetadata()
              .get(millis, TimeUnit.MILLISECONDS);
        } else if (right.type() == ResourceType.TRANSACTIONAL_ID) {
          admin
              .describeTransactions(List.of(right.name()))
              .all()
              .get(millis, TimeUnit.MILLISECONDS);
        }
      } catch (ExecutionException e) {
        if (e.getCause() instanceof GroupAuthorizationException) {
          problems.add("expected the right READ on group " + right.name() + ", found none");
        } else if (e.getCause() instanceof TransactionalIdAuthorizationException) {
          problems.add(
              "expected the right WRITE on the transactional ids that begin with "
                  + right.name()
                  + ", found none");
        }
      }
    }
    return problems;
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

  /** Clients may use topics without being allowed to read their settings. */
  private static Map<String, Integer> messageBytesMax(Admin admin, List<String> topics, int millis)
      throws InterruptedException, TimeoutException {
    Map<String, Integer> found = new HashMap<>();
    List<ConfigResource> asked =
        topics.stream().map(name -> new ConfigResource(ConfigResource.Type.TOPIC, name)).toList();
    for (Map.Entry<ConfigResource, KafkaFuture<Config>> answer :
        admin.describeConfigs(asked).values().entrySet()) {
      try {
        ConfigEntry entry = answer.getValue().get(millis, TimeUnit.MILLISECONDS).get(MESSAGE_MAX);
        if (entry != null && entry.value() != null) {
          found.put(answer.getKey().name(), Integer.parseInt(entry.value()));
        }
      } catch (ExecutionException e) {
        LOG.info(
            "the topic {} does not tell its {}: {}",
            answer.getKey().name(),
            MESSAGE_MAX,
            ThreadFailures.rootMessage(e));
      }
    }
    return found;
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
