package dev.meander.suite.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.meander.core.model.FakeModel;
import dev.meander.core.model.FakeProvider;
import dev.meander.kit.fault.ChildJvm;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A broker with a registry, the learner application and a serving node, each in a process of its
 * own, and the commands of a user beside them. Traffic is what the node is asked.
 */
final class RemoteCluster implements AutoCloseable {

  static final String LINEAGE = "fake:global";
  static final int BATCH = 8;

  static final List<String> JVM =
      List.of(
          "-Xmx384m",
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          "-Xshare:auto",
          "-Dlogback.configurationFile=logback.xml",
          "-Dai.djl.offline=true",
          "-DOPT_OUT_TRACKING=true");

  /** Whether each command is a process, and the application is killed on the way. */
  static final boolean WHOLE = Boolean.getBoolean("remote.whole");

  private static final int CLASSES = 4;
  private static final int[] SHAPE = {3, 4, 4};
  private static final Duration START = Duration.ofSeconds(90);
  private static final Duration LOOK = Duration.ofMillis(5);

  private final Path folder;
  private final Path config;
  private final List<Path> providers;
  private final int port;
  private final HttpClient http = HttpClient.newHttpClient();
  private final FakeModel fake = new FakeModel("fake", SHAPE, CLASSES, 1);
  private final SplittableRandom random = new SplittableRandom(7);
  private final Deque<ChildJvm> processes = new ArrayDeque<>();
  private final String bootstrap;
  private final String registryUrl;
  private int asked;

  /** Starts a broker and a registry. */
  RemoteCluster(Path folder) throws IOException, URISyntaxException {
    this.folder = folder;
    this.providers = List.of(Path.of(RemoteCluster.class.getResource("/faults").toURI()));
    Path addresses = folder.resolve("addresses");
    start(
        "broker", BrokerProcess.class.getName(), folder.resolve("log").toString(), addresses + "");
    await("broker and registry").atMost(START).until(() -> Files.exists(addresses));
    List<String> lines = Files.readAllLines(addresses);
    this.bootstrap = lines.get(0);
    this.registryUrl = lines.get(1);
    this.port = freePort();
    this.config =
        Files.write(
            folder.resolve("meander.properties"),
            List.of(
                "bootstrap.servers=" + bootstrap,
                "schema.registry.url=" + registryUrl,
                "model.name=fake",
                "model.file=" + FakeProvider.write(folder.resolve("model.fake"), CLASSES, 1),
                "model.input.shape=3,4,4",
                "application.id=remote",
                "state.dir=" + folder.resolve("state"),
                "kafka.session.timeout.ms=6000",
                "kafka.heartbeat.interval.ms=1000",
                "kafka.producer.transaction.timeout.ms=10000",
                "method.name=tent",
                "batch.size=" + BATCH,
                "batch.min=" + BATCH,
                "publish.key.every=3",
                "publish.delta.codec=xor-zstd",
                "node.name=node-1",
                "http.port=" + port));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private ChildJvm start(String name, String... command) {
    ChildJvm child =
        ChildJvm.start(
            new ChildJvm.Command(
                name, providers, JVM, List.of(command), folder.resolve(name + ".stderr")),
            null);
    processes.push(child);
    return child;
  }

  /** {@code meander run}. */
  ChildJvm run() {
    return start("run", "dev.meander.app.Meander", "run", "--config", config.toString());
  }

  /** {@code meander serve}; returns when the node is ready. */
  void serve() {
    ChildJvm node =
        start("serve", "dev.meander.app.Meander", "serve", "--config", config.toString());
    await("the node")
        .atMost(START)
        .ignoreExceptions()
        .failFast("the node ended", () -> !node.isAlive())
        .until(() -> get("/v2/health/ready").statusCode() == 200);
  }

  Path folder() {
    return folder;
  }

  /** A command with the options that say where the cluster is. */
  static List<String> at(String bootstrap, String registryUrl, String name, String... more) {
    List<String> arguments = new ArrayList<>(List.of(name));
    arguments.addAll(List.of(more));
    arguments.addAll(List.of("--bootstrap", bootstrap, "--registry", registryUrl));
    return arguments;
  }

  /** A command of a lineage, as a process of its own where that is asked for. */
  CommandRun command(String name, String... more) throws Exception {
    List<String> arguments = at(bootstrap, registryUrl, name, "--lineage", LINEAGE);
    arguments.addAll(List.of(more));
    return command(arguments);
  }

  /** As {@link #command(String, String...)}, of the cluster as a whole. */
  CommandRun command(List<String> arguments) throws Exception {
    return WHOLE ? alone(arguments) : CommandRun.here(arguments);
  }

  /** A command that opens the model, which only another process finds. */
  CommandRun withConfig(String... arguments) throws Exception {
    List<String> all = new ArrayList<>(Arrays.asList(arguments));
    all.addAll(List.of("--config", config.toString()));
    return alone(all);
  }

  private CommandRun alone(List<String> arguments) throws Exception {
    return CommandRun.alone(arguments, folder, providers);
  }

  /** The options of a command about a lineage whose registry does not answer. */
  CommandRun withoutRegistry(String name, String... more) throws Exception {
    return command(at(bootstrap, "http://127.0.0.1:1", name, more));
  }

  List<String> here(String name, String... more) {
    return at(bootstrap, registryUrl, name, more);
  }

  /** Asks the node until the batches of {@code versions} versions are full, and awaits the last. */
  void teach(long versions) throws Exception {
    while (asked < versions * BATCH) {
      float[] input = fake.input(asked % CLASSES, random, 0.3);
      for (int i = 0; i < input.length; i++) {
        input[i] += 0.5f;
      }
      ask(input);
    }
    awaitLive(versions, START);
  }

  /** The node's answer to what is always the same question. */
  JsonNode answer() throws Exception {
    float[] input = new float[3 * 4 * 4];
    Arrays.fill(input, 0.5f);
    return ask(input);
  }

  private JsonNode ask(float[] input) throws Exception {
    String numbers =
        IntStream.range(0, input.length)
            .mapToObj(i -> String.valueOf(input[i]))
            .collect(Collectors.joining(","));
    String body =
        "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,3,4,4],\"datatype\":\"FP32\",\"data\":["
            + numbers
            + "]}]}";
    HttpResponse<String> answer =
        http.send(
            HttpRequest.newBuilder(uri("/v2/models/fake/infer"))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    asked++;
    return new ObjectMapper().readTree(answer.body());
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return http.send(
        HttpRequest.newBuilder(uri(path)).build(), HttpResponse.BodyHandlers.ofString());
  }

  private URI uri(String path) {
    return URI.create("http://127.0.0.1:" + port + path);
  }

  /** Waits until the node answers with {@code version}, without asking anything of the model. */
  void awaitLive(long version, Duration limit) {
    await("version " + version)
        .pollDelay(Duration.ZERO)
        .pollInterval(LOOK)
        .atMost(limit)
        .until(
            () ->
                new ObjectMapper()
                        .readTree(get("/v2/models/fake").body())
                        .path("versions")
                        .path(0)
                        .asLong()
                    == version);
  }

  @Override
  public void close() throws InterruptedException {
    for (ChildJvm process = processes.poll(); process != null; process = processes.poll()) {
      process.close();
    }
  }
}
