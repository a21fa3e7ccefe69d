package dev.meander.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.meander.core.config.ConfigurationException;
import dev.meander.core.model.FakeProvider;
import dev.meander.core.model.ModelRefusedException;
import dev.meander.core.tensor.Tensor;
import dev.meander.kit.BadInput;
import dev.meander.kit.BadInput.Entrance;
import dev.meander.kit.CannedServer;
import dev.meander.kit.CannedServer.Answer;
import dev.meander.kit.FakeClock;
import dev.meander.schemas.TopicNames;
import dev.meander.schemas.kafka.Decoded;
import dev.meander.schemas.kafka.RecordSerdes;
import dev.meander.schemas.record.InferenceEvent;
import dev.meander.schemas.stall.PartitionEnds;
import dev.meander.schemas.stall.Stall;
import dev.meander.schemas.stall.Stalls;
import dev.meander.serving.fixture.FakeLog;
import dev.meander.serving.fixture.FlakyRegistry;
import dev.meander.serving.fixture.Served;
import dev.meander.serving.fixture.StepNanos;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ServingNodeTest {

  private static final Duration BOUND = Duration.ofSeconds(20);
  private static final TopicNames TOPICS = TopicNames.standard();
  private final HttpClient client = HttpClient.newHttpClient();
  private final ObjectMapper json = new ObjectMapper();
  private final FakeLog log = new FakeLog();
  private final FlakyRegistry registry = new FlakyRegistry();
  private final MockProducer<byte[], byte[]> acks = producer();
  private final MockProducer<byte[], byte[]> traffic = producer();
  private Served served;

  @BeforeEach
  void createTopics(@TempDir Path folder) {
    served = new Served(folder);
    log.topic(TOPICS.adapters(), 2).topic(TOPICS.aliases(), 2);
  }

  private static MockProducer<byte[], byte[]> producer() {
    return new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
  }

  private RecordSerdes serdes() {
    return new RecordSerdes(registry, Map.of(RecordSerdes.REGISTRY_URL, "mock://unused"));
  }

  private ServingConfig config(String... more) {
    Map<String, String> raw = new HashMap<>();
    raw.put("bootstrap.servers", "broker:9092");
    raw.put("schema.registry.url", "mock://unused");
    raw.put("model.name", Served.MODEL);
    raw.put("model.file", served.source().file().toString());
    raw.put("model.input.shape", "3,4,4");
    raw.put("node.name", "node-1");
    raw.put("http.port", "0");
    raw.put("serving.backoff.max", "5ms");
    for (int i = 0; i < more.length; i += 2) {
      raw.put(more[i], more[i + 1]);
    }
    return ServingConfig.read("test", raw);
  }

  /** What a watch would say. */
  private static final class FakeStalls implements Stalls {
    private volatile List<Stall> standing = List.of();

    @Override
    public List<Stall> stalls() {
      return standing;
    }

    @Override
    public void close() {
      standing = List.of();
    }
  }

  private final FakeStalls stalls = new FakeStalls();

  private ServingNode node(ServingConfig config) {
    return new ServingNode(
        config,
        new ServingResources(
            new FakeProvider(),
            this::serdes,
            log::consumer,
            () -> acks,
            () -> traffic,
            () -> stalls,
            FakeClock.at(Instant.ofEpochMilli(5_000)),
            new StepNanos(),
            () -> "generated"));
  }

  private void publish(long version) {
    log.append(
        TOPICS.adapters(),
        Served.GLOBAL + "/" + version,
        serdes().serialize(TOPICS.adapters(), served.adapter(Served.GLOBAL, version)));
    log.append(
        TOPICS.aliases(),
        Served.GLOBAL.toString(),
        serdes()
            .serialize(TOPICS.aliases(), Served.alias(Served.GLOBAL, version, version, "PUBLISH")));
  }

  private HttpResponse<String> infer(ServingNode node, Tensor x) throws Exception {
    String body =
        "{\"inputs\":[{\"name\":\"input\",\"datatype\":\"FP32\",\"shape\":"
            + Arrays.toString(x.shape())
            + ",\"data\":"
            + Arrays.toString(x.data())
            + "}]}";
    URI uri = URI.create("http://127.0.0.1:" + node.port() + "/v2/models/m/infer");
    return client.send(
        HttpRequest.newBuilder(uri).POST(BodyPublishers.ofString(body)).build(),
        BodyHandlers.ofString());
  }

  private HttpResponse<String> get(ServingNode node, String path) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + node.port() + path);
    return client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
  }

  @Test
  void shouldServeTheLogsVersionAndFollowItAndWriteTraffic() throws Exception {
    publish(1);
    publish(2);
    Tensor x = Served.input(1, 3);
    try (ServingNode node = node(config())) {
      node.start();
      assertThat(node.ready()).isTrue();
      JsonNode answer = json.readTree(infer(node, x).body());
      assertThat(answer.path("model_version").asText()).isEqualTo("2");

      publish(3);
      await().atMost(BOUND).until(() -> node.active(Served.GLOBAL).number() == 3);
      answer = json.readTree(infer(node, x).body());

      assertThat(answer.path("model_version").asText()).isEqualTo("3");
      assertThat((float) answer.path("outputs").path(0).path("data").path(0).asDouble())
          .isEqualTo(served.logits(3, x)[0]);
      assertThat(get(node, "/metrics").body())
          .contains("meander_live_version{lineage=\"m:global\"} 3.0")
          .contains("meander_swaps_total{lineage=\"m:global\"} 2.0")
          .contains("meander_ready 1.0");
    }
    assertThat(traffic.history()).as("written before closing").hasSize(2);
    Decoded<InferenceEvent> event =
        serdes().decode(TOPICS.traffic(), InferenceEvent.class, traffic.history().get(1).value());
    assertThat(((Decoded.Value<InferenceEvent>) event).value().getVersion()).isEqualTo(3);
    assertThat(acks.history()).hasSize(2);
    assertThat(acks.closed()).isTrue();
    assertThat(traffic.closed()).isTrue();
  }

  @Test
  void shouldFailToStartWhenTheLogCannotBeReadInTime() {
    publish(1);
    log.stall(TOPICS.adapters(), true);
    ServingNode node = node(config("serving.boot.wait", "100ms"));

    assertThatThrownBy(node::start)
        .isInstanceOf(ServingStartException.class)
        .hasMessageMatching(
            "expected to read meander.adapters and meander.aliases to their end within 100 ms,"
                + " found: read \\d records, 1 offsets to go");
    assertThat(acks.closed()).as("nothing is left running").isTrue();
    assertThat(traffic.closed()).isTrue();
  }

  @Test
  void shouldServeTheBaseMeanwhileWhenAdaptersAreNotRequired() throws Exception {
    publish(1);
    log.stall(TOPICS.adapters(), true);
    Tensor x = Served.input(1, 3);
    try (ServingNode node =
        node(config("serving.boot.wait", "100ms", "serving.boot.require-adapters", "false"))) {
      node.start();
      assertThat(node.ready()).isTrue();
      assertThat(json.readTree(infer(node, x).body()).path("model_version").asText())
          .isEqualTo("0");

      log.stall(TOPICS.adapters(), false);

      await().atMost(BOUND).until(() -> node.active(Served.GLOBAL).number() == 1);
    }
  }

  @Test
  void shouldSayThatItIsBehindAndKeepAnswering() throws Exception {
    publish(1);
    try (ServingNode node = node(config())) {
      node.start();
      log.failNextPoll(new KafkaException("the broker is gone"));
      log.stall(TOPICS.adapters(), true);
      await().atMost(BOUND).until(() -> !node.ready());

      HttpResponse<String> ready = get(node, "/v2/health/ready");
      assertThat(ready.statusCode()).isEqualTo(503);
      assertThat(ready.body()).contains("\"ready\":false,\"detail\":\"a node that waits: ");
      assertThat(infer(node, Served.input(1, 3)).statusCode()).isEqualTo(200);

      log.stall(TOPICS.adapters(), false);
      await().atMost(BOUND).until(node::ready);
    }
  }

  @Test
  @BadInput(
      at = Entrance.REGISTRY,
      what = "a page where the registry should be, at the start of a node",
      then = "the node does not start, exit code 3, whether adapters are required or not")
  void shouldRefuseToStartWithoutARegistry() throws Exception {
    try (CannedServer page = CannedServer.always(Answer.page(404))) {
      for (String required : new String[] {"true", "false"}) {
        ServingNode node =
            node(
                config(
                    "schema.registry.url",
                    "http://ann:secret@" + page.authority(),
                    "serving.boot.require-adapters",
                    required));
        assertThatThrownBy(node::start)
            .isInstanceOf(ServingStartException.class)
            .hasMessage(
                "expected a schema registry at http://ann:***@"
                    + page.authority()
                    + ", found status 404 in answer to GET /subjects without a registry's error"
                    + " code; does the address lack a path, such as /apis/ccompat/v7 of Apicurio,"
                    + " or does a proxy answer?");
      }
      assertThat(traffic.closed()).isTrue();
    }
  }

  @Test
  @BadInput(
      at = Entrance.REGISTRY,
      what = "a registry that is away when a version comes",
      then = "the node answers on, is not ready, and goes on with it when it is back")
  void shouldNotBeReadyWhileNothingCanBeDecoded() throws Exception {
    try (ServingNode node = node(config())) {
      node.start();
      publish(1);
      await().atMost(BOUND).until(() -> node.active(Served.GLOBAL).number() == 1);
    }
    try (ServingNode node = node(config("serving.boot.wait", "10s"))) {
      registry.away(true);
      CompletableFuture<Void> started = CompletableFuture.runAsync(() -> start(node));
      await()
          .atMost(BOUND)
          .ignoreExceptions()
          .until(() -> !node.ready() && get(node, "/v2/health/ready").body().contains("registry"));
      registry.away(false);
      started.get(10, TimeUnit.SECONDS);
      assertThat(node.ready()).isTrue();
      assertThat(node.active(Served.GLOBAL).number()).isEqualTo(1);
    }
  }

  private static void start(ServingNode node) {
    try {
      node.start();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void shouldRefuseAMissingModelFile() {
    ServingNode node = node(config("model.file", "nowhere.fake"));
    assertThatThrownBy(node::start)
        .isInstanceOf(ModelRefusedException.class)
        .hasMessage("expected a model file, found none at nowhere.fake");
  }

  @Test
  void shouldRefuseAPortThatIsTaken() throws Exception {
    try (ServingNode first = node(config())) {
      first.start();
      ServingNode second = node(config("http.port", String.valueOf(first.port())));
      assertThatThrownBy(second::start)
          .isInstanceOf(ServingStartException.class)
          .hasMessage(
              "http.port: expected port "
                  + first.port()
                  + " of 127.0.0.1 to be free, found it in use");
    }
  }

  @Test
  void shouldSayThatAClientCannotBeOpened() {
    ServingConfig config = config();
    ServingNode node =
        new ServingNode(
            config,
            new ServingResources(
                new FakeProvider(),
                this::serdes,
                log::consumer,
                () -> {
                  throw new KafkaException(
                      "Failed to construct kafka producer",
                      new IllegalArgumentException("No resolvable bootstrap urls"));
                },
                () -> traffic,
                () -> stalls,
                FakeClock.at(Instant.EPOCH),
                new StepNanos(),
                () -> "generated"));
    assertThatThrownBy(node::start)
        .isInstanceOf(ServingStartException.class)
        .hasMessage("expected a Kafka cluster at broker:9092, found: No resolvable bootstrap urls");
    assertThat(traffic.closed()).isTrue();
  }

  @Test
  void shouldNotBeReadyWhileWhatItFollowsStandsStill() throws Exception {
    try (ServingNode node = node(config())) {
      node.start();
      assertThat(node.ready()).isTrue();
      stalls.standing =
          List.of(
              new Stall(
                  new TopicPartition(TOPICS.adapters(), 0),
                  new PartitionEnds(3, 9),
                  Instant.EPOCH,
                  Duration.ofSeconds(130)));
      assertThat(node.ready()).isFalse();
      stalls.standing = List.of();
      assertThat(node.ready()).isTrue();
    }
  }

  @Test
  void shouldHaveNoPortBeforeItIsStarted() {
    try (ServingNode node = node(config())) {
      assertThat(node.ready()).isFalse();
      assertThatThrownBy(node::port)
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("expected a node that was started, found the HTTP server closed");
    }
  }

  @Test
  void shouldRefuseAnInputShapeThatIsNotTheModels() {
    ServingConfig config = config("model.input.shape", "3,4,5");
    ServingNode node =
        new ServingNode(
            config,
            new ServingResources(
                new FixedShapeProvider(served.source()),
                this::serdes,
                log::consumer,
                () -> acks,
                () -> traffic,
                () -> stalls,
                FakeClock.at(Instant.EPOCH),
                new StepNanos(),
                () -> "generated"));
    assertThatThrownBy(node::start)
        .isInstanceOf(ConfigurationException.class)
        .hasMessage(
            "1 problem in the configuration:\n  model.input.shape: expected [3, 4, 4] as in "
                + served.source().file()
                + ", found [3, 4, 5]");
  }
}
