package dev.meander.suite.crash;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import dev.meander.app.topics.SchemaAdmin;
import dev.meander.app.topics.TopicAdmin;
import dev.meander.core.weights.LineageId;
import dev.meander.core.wire.EventReader;
import dev.meander.kit.fault.ChildJvm;
import dev.meander.kit.fault.Fault;
import dev.meander.schemas.LineagePartitions;
import dev.meander.schemas.TopicNames;
import dev.meander.schemas.kafka.RecordSerdes;
import dev.meander.schemas.record.InferenceEvent;
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
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
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

  private static final int PARTITIONS = 2;
  private static final Duration DONE = Duration.ofSeconds(120);
  private static final Duration LOOK = Duration.ofMillis(250);

  private final CrashCluster cluster;
  private final Path folder;
  private final TopicNames names;
  private final Subject subject;
  private final RecordSerdes serdes;
  private final Producer<byte[], byte[]> producer;
  private final SplittableRandom random = new SplittableRandom(7);
  private final List<String> lineages;
  private final List<AutoCloseable> instances = new ArrayList<>();
  private long sent;

  /** A scene of the small model. */
  CrashScene(CrashCluster cluster, String prefix, Path parent) {
    this(cluster, prefix, parent, Subject::fake);
  }

  /**
   * A scene.
   *
   * @param prefix first part of the topics' names, and of the application's
   * @param parent of the scene's folder
   * @param subject puts what is adapted into the scene's folder
   */
  CrashScene(CrashCluster cluster, String prefix, Path parent, Function<Path, Subject> subject) {
    this.cluster = cluster;
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
    this.producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", cluster.bootstrap(), "acks", "all"),
            new ByteArraySerializer(),
            new ByteArraySerializer());
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
    for (int i = 0; i < batches * BATCH; i++) {
      for (String lineage : lineages) {
        byte[] event = serdes.serialize(names.traffic(), event(lineage));
        producer.send(new ProducerRecord<>(names.traffic(), lineage.getBytes(UTF_8), event));
      }
    }
    producer.flush();
  }

  private InferenceEvent event(String lineage) {
    long number = sent++;
    float[] input = subject.inputs().draw((int) (number % subject.classes()), random);
    return InferenceEvent.newBuilder()
        .setEventId("event-" + number)
        .setLineage(lineage)
        .setVersion(0)
        .setEventTime(cluster.firstEvent().plusMillis(number))
        .setInput(EventReader.tensor(input, subject.source().inputShape()))
        .setLogits(
            Stream.generate(() -> (float) random.nextGaussian()).limit(subject.classes()).toList())
        .setNode("test")
        .build();
  }

  private Map<String, String> keys(String instance) {
    Map<String, String> keys = new TreeMap<>();
    keys.put("bootstrap.servers", cluster.bootstrap());
    keys.put("schema.registry.url", cluster.registryUrl());
    keys.put("topics.prefix", names.prefix());
    keys.put("application.id", applicationId());
    keys.put("state.dir", folder.resolve(instance).toString());
    keys.put("model.name", subject.source().name());
    keys.put("model.file", subject.source().file().toString());
    keys.put(
        "model.input.shape",
        Arrays.stream(subject.source().inputShape())
            .mapToObj(String::valueOf)
            .collect(Collectors.joining(",")));
    keys.put("batch.size", String.valueOf(BATCH));
    keys.put("batch.min", "1");
    keys.put("publish.chunk.bytes", String.valueOf(subject.chunkBytes()));
    // every second version as a change that loses something: what nodes hold is state too
    keys.put("publish.key.every", "2");
    keys.put("publish.delta.codec", "compeft");
    keys.put("publish.delta.density", "0.5");
    keys.put("publish.delta.error.max", "1");
    // a gate whose decisions depend on what it has seen
    keys.put("gate.redundancy.max.cosine", "0.8");
    return keys;
  }

  /** An instance in this process, without faults. */
  AdaptationApplication startHere() {
    AdaptationApplication application =
        AdaptationApplication.start(
            AdaptationConfig.read("the test", keys("here")), subject.provider(), cluster.clock());
    instances.add(application);
    return application;
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

  /** What is committed once every event is counted and every batch is judged. */
  CommittedRun awaitDone() {
    RunReader reader = new RunReader(cluster.bootstrap(), names, applicationId(), serdes);
    await("all of " + sent + " events of " + names.prefix())
        .atMost(DONE)
        .pollInterval(LOOK)
        .until(reader::read, run -> run.counted() == sent && run.judged() == run.batches(BATCH));
    // topics were read one after the other, while the last of it was being committed
    return reader.read();
  }

  @Override
  public void close() throws Exception {
    for (AutoCloseable instance : instances) {
      instance.close();
    }
    producer.close();
    serdes.close();
  }
}
