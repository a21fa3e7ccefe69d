package dev.meander.suite.crash;

import static org.awaitility.Awaitility.await;

import dev.meander.app.replay.ClusterReplay;
import dev.meander.app.topics.SchemaAdmin;
import dev.meander.app.topics.TopicAdmin;
import dev.meander.core.objects.FolderObjectStore;
import dev.meander.core.weights.LineageId;
import dev.meander.kit.fault.ChildJvm;
import dev.meander.kit.fault.Fault;
import dev.meander.kit.fault.FaultPoint;
import dev.meander.replay.recorded.ReplayRange;
import dev.meander.replay.recorded.VersionCheck;
import dev.meander.schemas.CommandKind;
import dev.meander.schemas.LineagePartitions;
import dev.meander.schemas.TopicNames;
import dev.meander.schemas.kafka.RecordSerdes;
import dev.meander.serving.ServingConfig;
import dev.meander.serving.ServingNode;
import dev.meander.serving.ServingResources;
import dev.meander.streams.AdaptationApplication;
import dev.meander.streams.AdaptationConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One application id with topics of its own: what it is sent, its instances, what it has committed.
 * Scenes that are sent equally much are sent the same.
 */
final class CrashScene implements AutoCloseable {

  static final int BATCH = 8;

  /** An open transaction of a dead instance blocks its successors for this long. */
  static final Duration TRANSACTION = Duration.ofSeconds(10);

  /** Whoever is silent for this long is out of the group. */
  static final Duration SESSION = Duration.ofSeconds(3);

  static final int PARTITIONS = 2;
  private static final Duration DONE = Duration.ofSeconds(120);
  private static final Duration SEEN = Duration.ofSeconds(8);
  private static final Duration LOOK = Duration.ofMillis(250);

  private final CrashCluster cluster;
  private final Path folder;
  private final TopicNames names;
  private final Subject subject;
  private final RecordSerdes serdes;
  private final Map<String, String> settings;
  private final List<String> lineages;
  private final List<AutoCloseable> instances = new ArrayList<>();
  private final Sender sender;

  /** A scene of the small model. */
  CrashScene(CrashCluster cluster, String prefix, Path parent) {
    this(cluster, prefix, parent, Subject::fake, Map.of());
  }

  /**
   * A scene.
   *
   * @param prefix first part of the topics' names, and of the application's
   * @param parent of the scene's folder
   * @param subject puts what is adapted into the scene's folder
   * @param settings beside the usual ones
   */
  CrashScene(
      CrashCluster cluster,
      String prefix,
      Path parent,
      Function<Path, Subject> subject,
      Map<String, String> settings) {
    this.cluster = cluster;
    this.settings = settings;
    this.names = new TopicNames(prefix);
    try {
      this.folder = Files.createDirectories(parent.resolve(prefix));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    this.subject = subject.apply(folder);
    this.lineages = lineages(this.subject.source().name());
    try (TopicAdmin topics = TopicAdmin.connect(cluster.bootstrap(), Map.of(), names);
        SchemaAdmin schemas = SchemaAdmin.connect(cluster.registryUrl(), Map.of(), names)) {
      topics.create(PARTITIONS, (short) 1);
      schemas.register();
    }
    this.serdes = RecordSerdes.open(Map.of(RecordSerdes.REGISTRY_URL, cluster.registryUrl()));
    this.sender = new Sender(cluster, names, this.subject, lineages, serdes);
  }

  /** One lineage per partition, so that each has a task of its own. */
  private static List<String> lineages(String model) {
    return Stream.iterate(0, partition -> partition + 1)
        .limit(PARTITIONS)
        .map(partition -> lineage(model, partition))
        .toList();
  }

  private static String lineage(String model, int partition) {
    for (int scope = 0; ; scope++) {
      String lineage = new LineageId(model, "s" + scope).toString();
      if (LineagePartitions.partition(lineage, PARTITIONS) == partition) {
        return lineage;
      }
    }
  }

  String applicationId() {
    return names.prefix() + "-application";
  }

  /** Sends every lineage the events of so many batches; the gate skips some of them. */
  void send(int batches) {
    sender.send(batches);
  }

  /** Sends every lineage a command. */
  void order(String id, CommandKind kind, @Nullable Long version) {
    sender.order(id, kind, version);
  }

  List<String> lineages() {
    return lineages;
  }

  /** What application and nodes must agree on. */
  private Map<String, String> shared() {
    Map<String, String> keys = new TreeMap<>();
    keys.put("bootstrap.servers", cluster.bootstrap());
    keys.put("schema.registry.url", cluster.registryUrl());
    keys.put("topics.prefix", names.prefix());
    keys.put("model.name", subject.source().name());
    keys.put("model.file", subject.source().file().toString());
    keys.put(
        "model.input.shape",
        Arrays.stream(subject.source().inputShape())
            .mapToObj(String::valueOf)
            .collect(Collectors.joining(",")));
    String objects = FolderObjectStore.FOLDER.key();
    keys.put(objects, subject.settings().getOrDefault(objects, FolderObjectStore.NONE));
    return keys;
  }

  private Map<String, String> keys(String instance) {
    Map<String, String> keys = shared();
    keys.put("application.id", applicationId());
    keys.put("state.dir", folder.resolve(instance).toString());
    keys.put("method.name", "tent");
    keys.put("batch.size", String.valueOf(BATCH));
    keys.put("batch.min", "1");
    keys.put("publish.chunk.bytes", String.valueOf(subject.chunkBytes()));
    // every second version as a change that loses something: what nodes hold is state too
    keys.put("publish.key.every", "2");
    keys.put("publish.delta.codec", "compeft");
    keys.put("publish.delta.density", "0.5");
    keys.put("publish.delta.error.max", "1");
    // so that old ones go while it is killed
    keys.put("publish.versions.kept", "8");
    // answers are state that leaves: each sample has one
    keys.put("predictions.enabled", "true");
    // a gate whose decisions depend on what it has seen
    keys.put("gate.redundancy.max.cosine", "0.8");
    keys.putAll(subject.settings());
    keys.putAll(settings);
    return keys;
  }

  /** Recomputes every version of {@code lineage} that is on the log. */
  List<VersionCheck> replay(String lineage) {
    try (ClusterReplay replay =
        ClusterReplay.open(
            LineageId.parse(lineage), config("here"), subject.provider(), () -> {}, () -> {})) {
      return replay.run(version -> true, ReplayRange.ALL, Map.of()).versions();
    }
  }

  private AdaptationConfig config(String instance) {
    return AdaptationConfig.read("the test", keys(instance));
  }

  /** An instance in this process, without faults. */
  AdaptationApplication startHere() {
    AdaptationApplication application =
        AdaptationApplication.start(config("here"), subject.provider(), cluster.clock());
    instances.add(application);
    return application;
  }

  /** A serving node in this process, which follows what the application publishes. */
  ServingNode startNode() throws InterruptedException {
    Map<String, String> keys = shared();
    keys.put("node.name", "node");
    keys.put("http.port", "0");
    ServingConfig config = ServingConfig.read("the test", keys);
    ServingNode node = new ServingNode(config, ServingResources.of(config, subject.provider()));
    instances.add(node);
    node.start();
    return node;
  }

  /**
   * An instance in a process of its own.
   *
   * @param instance its name; an instance of the same name goes on in the same state folder
   * @param fault where it stops; null for nowhere
   */
  ChildJvm start(String instance, @Nullable Fault fault) {
    Map<String, String> keys = keys(instance);
    keys.put("kafka.session.timeout.ms", String.valueOf(SESSION.toMillis()));
    keys.put("kafka.heartbeat.interval.ms", String.valueOf(SESSION.toMillis() / 6));
    keys.put("kafka.producer.transaction.timeout.ms", String.valueOf(TRANSACTION.toMillis()));
    keys.put("kafka.producer.interceptor.classes", ProducerFaults.class.getName());
    keys.put("kafka.consumer.interceptor.classes", ConsumerFaults.class.getName());
    // many small polls, so that a fault can lie between them
    keys.put("kafka.main.consumer.max.poll.records", "16");
    keys.put("kafka.restore.consumer.max.poll.records", "8");
    List<String> lines =
        keys.entrySet().stream().map(e -> e.getKey() + "=" + e.getValue()).toList();
    try {
      Path config = Files.write(folder.resolve(instance + ".properties"), lines);
      Path faults = Path.of(CrashScene.class.getResource("/faults").toURI());
      ChildJvm child =
          ChildJvm.start(
              new ChildJvm.Command(
                  instance,
                  List.of(faults),
                  List.of(
                      "-Xmx256m",
                      "-XX:+UseSerialGC",
                      "-XX:TieredStopAtLevel=1",
                      "-Xshare:auto",
                      "-Dai.djl.offline=true",
                      "-DOPT_OUT_TRACKING=true",
                      "-DMEANDER_LOG_KAFKA=WARN",
                      "-Djava.io.tmpdir=" + folder),
                  List.of("dev.meander.app.Meander", "run", "--config", config.toString()),
                  folder.resolve(instance + ".log")),
              fault);
      instances.add(child);
      return child;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Waits until the cluster shows that an instance stands at {@code point}: what it has written
   * there lies in an open transaction. Of points that write nothing there is nothing to see, and a
   * change of a store may have been the last of a transaction that is committed.
   *
   * @return what was seen
   */
  String awaitTraces(FaultPoint point) {
    try (LogWatch logs = new LogWatch(cluster.bootstrap())) {
      Collection<String> topics =
          switch (point) {
            case SAMPLE -> List.of(names.samples());
            case CHUNK, VERSION, STORED -> List.of(names.adapters());
            case ALIAS -> List.of(names.aliases());
            case COMMIT -> changelogs(logs.topics());
            case RECEIVED, STEP, RESTORE -> List.of();
          };
      if (topics.isEmpty()) {
        return "";
      }
      if (point == FaultPoint.COMMIT) {
        return logs.uncommitted(topics) + " uncommitted";
      }
      long open =
          await("an open transaction of an instance at " + point)
              .atMost(SEEN)
              .until(() -> logs.uncommitted(topics), records -> records > 0);
      return open + " uncommitted";
    }
  }

  private Collection<String> changelogs(Collection<String> topics) {
    return topics.stream()
        .filter(topic -> topic.startsWith(applicationId()) && topic.endsWith("-changelog"))
        .toList();
  }

  /** Where its instances keep their files, each in a folder of its own name. */
  Path folder() {
    return folder;
  }

  /**
   * What is committed once every record is counted or laid aside, every command is answered, and
   * every sample is consumed.
   */
  CommittedRun awaitDone() {
    RunReader reader = new RunReader(cluster.bootstrap(), names, applicationId(), serdes);
    try (LogWatch logs = new LogWatch(cluster.bootstrap())) {
      await("all of " + sender.events() + " events of " + names.prefix())
          .atMost(DONE)
          .pollInterval(LOOK)
          .until(reader::read, run -> isDone(run, logs));
    }
    // topics were read one after the other, while the last of it was being committed
    return reader.read();
  }

  private boolean isDone(CommittedRun run, LogWatch logs) {
    Map<Integer, Long> consumed = logs.consumed(applicationId(), names.samples());
    return run.counted() == sender.events()
        && run.laidAside() == sender.spoilt()
        && run.answered() == sender.commands()
        && run.judged() == run.batches(BATCH)
        && run.lastSamples().entrySet().stream()
            .allMatch(last -> consumed.getOrDefault(last.getKey(), 0L) > last.getValue());
  }

  @Override
  public void close() throws Exception {
    for (AutoCloseable instance : instances) {
      instance.close();
    }
    sender.close();
    serdes.close();
  }
}
