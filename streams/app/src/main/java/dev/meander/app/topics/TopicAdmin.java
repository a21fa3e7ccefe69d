package dev.meander.app.topics;

import dev.meander.core.config.ConfigurationException;
import dev.meander.schemas.Topic;
import dev.meander.schemas.TopicNames;
import dev.meander.schemas.access.MissingRight;
import dev.meander.schemas.time.ClusterClock;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
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
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.common.utils.Timer;
import org.jspecify.annotations.Nullable;

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

  private static final long VISIBLE_PAUSE_MILLIS = 50;

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

  /** See {@link ClusterClock#aheadMillis}. */
  public OptionalLong aheadMillis(Clock clock) {
    try {
      return ClusterClock.aheadMillis(admin, clock);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return OptionalLong.empty();
    }
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
              if (created(name, creation, timer)) {
                created.add(name);
              }
            });
    return states(created, partitions, visible(created, timer));
  }

  /** Two instances may create at the same time; the later one finds the topic existing. */
  private boolean created(String name, Future<Void> creation, Timer timer) {
    try {
      await(creation, timer);
      return true;
    } catch (TopicExistsException e) {
      return false;
    } catch (InvalidReplicationFactorException e) {
      throw new ConfigurationException(
          "the cluster at " + bootstrap, List.of("--replication-factor: " + e.getMessage()));
    } catch (TopicAuthorizationException e) {
      throw new TopicAuthorizationException(
          "expected the right CREATE on topic " + name + ", found none", Set.of(name));
    }
  }

  private NewTopic newTopic(Topic topic, int partitions, short replicationFactor) {
    return new NewTopic(names.of(topic), partitions, replicationFactor).configs(topic.settings());
  }

  /** Compares what is there with the catalogue and changes nothing. */
  public List<TopicState> inspect() {
    return states(List.of(), ANY_PARTITIONS, found(Time.SYSTEM.timer(LIMIT)));
  }

  /** A topic as the brokers describe it. */
  private record Found(int partitions, Config config) {}

  /** What is there once brokers know what the controller has created a moment ago. */
  private Map<Topic, Found> visible(Collection<String> created, Timer timer) {
    Map<Topic, Found> found = found(timer);
    while (!found.keySet().stream().map(names::of).toList().containsAll(created)) {
      if (timer.remainingMs() <= VISIBLE_PAUSE_MILLIS) {
        throw new UnreachableException(
            "created "
                + String.join(", ", created)
                + ", but the brokers at "
                + bootstrap
                + " do not know all of them within "
                + LIMIT.toSeconds()
                + " s",
            new TimeoutException());
      }
      timer.sleep(VISIBLE_PAUSE_MILLIS);
      found = found(timer);
    }
    return found;
  }

  private Map<Topic, Found> found(Timer timer) {
    List<String> all = Arrays.stream(Topic.values()).map(names::of).toList();
    Map<String, KafkaFuture<TopicDescription>> descriptions =
        admin.describeTopics(all).topicNameValues();
    Map<ConfigResource, KafkaFuture<Config>> configs =
        admin.describeConfigs(all.stream().map(TopicAdmin::resource).toList()).values();
    Map<Topic, Found> found = new EnumMap<>(Topic.class);
    Set<String> unseen = new TreeSet<>();
    for (Topic topic : Topic.values()) {
      try {
        TopicDescription description = known(descriptions.get(names.of(topic)), timer);
        Config config = known(configs.get(resource(names.of(topic))), timer);
        if (description != null && config != null) {
          found.put(topic, new Found(description.partitions().size(), config));
        }
      } catch (TopicAuthorizationException e) {
        unseen.add(names.of(topic));
      }
    }
    if (!unseen.isEmpty()) {
      throw new TopicAuthorizationException(
          MissingRight.unseen(unseen) + " (DESCRIBE, DESCRIBE_CONFIGS)", unseen);
    }
    return found;
  }

  /** What the cluster answers; null when it does not know the topic. */
  private <T> @Nullable T known(@Nullable KafkaFuture<T> answer, Timer timer) {
    try {
      return answer == null ? null : await(answer, timer);
    } catch (UnknownTopicOrPartitionException e) {
      return null;
    }
  }

  private List<TopicState> states(
      Collection<String> created, int partitions, Map<Topic, Found> present) {
    List<TopicState> states = new ArrayList<>();
    for (Topic topic : Topic.values()) {
      String name = names.of(topic);
      Found found = present.get(topic);
      if (found == null) {
        states.add(new TopicState(topic, name, TopicState.Outcome.MISSING, 0, List.of()));
        continue;
      }
      List<String> differences = new ArrayList<>();
      if (partitions != ANY_PARTITIONS && partitions != found.partitions()) {
        differences.add(difference("partitions", partitions, found.partitions()));
      }
      differences.addAll(differences(topic, found.config()));
      TopicState.Outcome outcome =
          created.contains(name) ? TopicState.Outcome.CREATED : TopicState.Outcome.EXISTING;
      states.add(new TopicState(topic, name, outcome, found.partitions(), differences));
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

  private static ConfigResource resource(String name) {
    return new ConfigResource(ConfigResource.Type.TOPIC, name);
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
