package dev.meander.app.topics;

import dev.meander.schemas.Topic;
import dev.meander.schemas.TopicNames;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.common.utils.Timer;

/**
 * The catalogue's topics on a cluster.
 *
 * <p>Thread-safety: safe. Lifetime: the owner closes it. Every call answers within {@link #LIMIT}
 * or throws {@link UnreachableException}.
 */
public final class TopicAdmin implements AutoCloseable {

  /** Longest a call waits for the cluster. */
  public static final Duration LIMIT = Duration.ofSeconds(10);

  /** No number of partitions is expected. */
  private static final int ANY_PARTITIONS = 0;

  /** Replicas as the cluster's default says. */
  public static final short CLUSTER_DEFAULT = -1;

  private final Admin admin;
  private final String bootstrap;
  private final TopicNames names;

  private TopicAdmin(Admin admin, String bootstrap, TopicNames names) {
    this.admin = admin;
    this.bootstrap = bootstrap;
    this.names = names;
  }

  /**
   * Opens a client; the cluster is asked by the first call.
   *
   * @param settings client settings such as those for security; may be empty
   */
  public static TopicAdmin connect(String bootstrap, Map<String, ?> settings, TopicNames names) {
    Map<String, Object> all = new HashMap<>(settings);
    all.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
    all.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, Math.toIntExact(LIMIT.toMillis()));
    all.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, Math.toIntExact(LIMIT.toMillis() / 2));
    try {
      return new TopicAdmin(Admin.create(all), bootstrap, names);
    } catch (KafkaException e) {
      if (e.getCause() instanceof ConfigException cause) {
        throw new UnreachableException(
            "cannot reach Kafka at " + bootstrap + ": " + cause.getMessage(), e);
      }
      throw e;
    }
  }

  /** Id of the cluster and the number of its brokers, as one line. */
  public String cluster() {
    Timer timer = Time.SYSTEM.timer(LIMIT);
    var description = admin.describeCluster();
    String id = await(description.clusterId(), timer);
    int brokers = await(description.nodes(), timer).size();
    return "cluster " + id + ", " + brokers + (brokers == 1 ? " broker" : " brokers");
  }

  /**
   * Creates what is missing and compares what is there. Existing topics are left as they are.
   *
   * @param partitions partitions of a new topic, {@code >= 1}
   * @param replicationFactor replicas of a new topic, or {@link #CLUSTER_DEFAULT}
   */
  public List<TopicState> create(int partitions, short replicationFactor) {
    Timer timer = Time.SYSTEM.timer(LIMIT);
    Set<String> existing = await(admin.listTopics().names(), timer);
    List<NewTopic> missing =
        Arrays.stream(Topic.values())
            .filter(topic -> !existing.contains(names.of(topic)))
            .map(topic -> newTopic(topic, partitions, replicationFactor))
            .toList();
    List<String> created = new ArrayList<>();
    admin
        .createTopics(missing)
        .values()
        .forEach(
            (name, creation) -> {
              if (created(creation, timer)) {
                created.add(name);
              }
            });
    return states(created, partitions, timer);
  }

  /** Two instances may create at the same time; the later one finds the topic existing. */
  private boolean created(Future<Void> creation, Timer timer) {
    try {
      await(creation, timer);
      return true;
    } catch (TopicExistsException e) {
      return false;
    }
  }

  private NewTopic newTopic(Topic topic, int partitions, short replicationFactor) {
    return new NewTopic(names.of(topic), partitions, replicationFactor).configs(topic.settings());
  }

  /** Compares what is there with the catalogue and changes nothing. */
  public List<TopicState> inspect() {
    return states(List.of(), ANY_PARTITIONS, Time.SYSTEM.timer(LIMIT));
  }

  private List<TopicState> states(Collection<String> created, int partitions, Timer timer) {
    Set<String> existing = await(admin.listTopics().names(), timer);
    List<Topic> present =
        Arrays.stream(Topic.values()).filter(topic -> existing.contains(names.of(topic))).toList();
    Map<String, TopicDescription> descriptions =
        await(
            admin.describeTopics(present.stream().map(names::of).toList()).allTopicNames(), timer);
    Map<ConfigResource, Config> configs =
        await(admin.describeConfigs(present.stream().map(this::resource).toList()).all(), timer);
    List<TopicState> states = new ArrayList<>();
    for (Topic topic : Topic.values()) {
      TopicDescription description = descriptions.get(names.of(topic));
      Config config = configs.get(resource(topic));
      if (description == null || config == null) {
        states.add(
            new TopicState(topic, names.of(topic), TopicState.Outcome.MISSING, 0, List.of()));
        continue;
      }
      int found = description.partitions().size();
      List<String> differences = new ArrayList<>();
      if (partitions != ANY_PARTITIONS && partitions != found) {
        differences.add(difference("partitions", partitions, found));
      }
      differences.addAll(differences(topic, config));
      TopicState.Outcome outcome =
          created.contains(description.name())
              ? TopicState.Outcome.CREATED
              : TopicState.Outcome.EXISTING;
      states.add(new TopicState(topic, description.name(), outcome, found, differences));
    }
    return states;
  }

  private static List<String> differences(Topic topic, Config config) {
    List<String> differences = new ArrayList<>();
    topic
        .settings()
        .forEach(
            (key, expected) -> {
              ConfigEntry entry = config.get(key);
              String found = entry == null ? "nothing" : entry.value();
              if (!expected.equals(found)) {
                differences.add(difference(key, expected, found));
              }
            });
    return differences;
  }

  private static String difference(String setting, Object expected, Object found) {
    return setting + ": expected " + expected + ", found " + found;
  }

  private ConfigResource resource(Topic topic) {
    return new ConfigResource(ConfigResource.Type.TOPIC, names.of(topic));
  }

  private <T> T await(Future<T> future, Timer timer) {
    timer.update();
    try {
      return future.get(timer.remainingMs(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw unreachable(e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof org.apache.kafka.common.errors.TimeoutException) {
        throw unreachable(e);
      }
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new KafkaException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UnreachableException("interrupted while asking Kafka at " + bootstrap, e);
    }
  }

  private UnreachableException unreachable(Exception cause) {
    return new UnreachableException(
        "cannot reach Kafka at " + bootstrap + " within " + LIMIT.toSeconds() + " s", cause);
  }

  @Override
  public void close() {
    admin.close(Duration.ofSeconds(1));
  }
}
