package dev.meander.serving.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.meander.core.model.AdapterSlot;
import dev.meander.core.model.FakeProvider;
import dev.meander.core.tensor.Tensor;
import dev.meander.core.weights.AdapterVersion;
import dev.meander.core.weights.AdapterWeights;
import dev.meander.core.weights.LineageId;
import dev.meander.kit.FakeClock;
import dev.meander.serving.fixture.Served;
import dev.meander.serving.fixture.StepNanos;
import dev.meander.serving.metrics.ServingMetrics;
import dev.meander.serving.slot.LineageSlots;
import dev.meander.serving.traffic.Exchange;
import java.io.IOException;
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
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class InferenceServerTest {

  private static final int BODY_BYTES_MAX = 20_000;
  private static final Readiness READY = new Readiness(true, true, "");

  private final HttpClient client = HttpClient.newHttpClient();
  private final ObjectMapper json = new ObjectMapper();
  private final List<Exchange> traffic = new CopyOnWriteArrayList<>();
  private final ServingMetrics metrics = new ServingMetrics();
  private final CountDownLatch release = new CountDownLatch(1);
  private final CountDownLatch predicting = new CountDownLatch(1);
  private volatile Readiness readiness = READY;
  private volatile boolean blocking;
  private volatile boolean broken;
  private Served served;
  private LineageSlots slots;
  private InferenceServer server;

  @BeforeEach
  void start(@TempDir Path folder) throws IOException {
    served = new Served(folder);
    slots = new LineageSlots(new FakeProvider(), served.source());
    server =
        new InferenceServer(
            new HttpConfig("127.0.0.1", 0, 4, BODY_BYTES_MAX, 1, Duration.ofSeconds(5)),
            ServedModel.of(served.spec(), Served.shape()),
            new InferenceServer.Ports(
                this::predict,
                traffic::add,
                metrics,
                () -> readiness,
                () -> slots.active(Served.GLOBAL).number(),
                FakeClock.at(Instant.ofEpochMilli(5_000)),
                new StepNanos(),
                () -> "generated-1"));
    server.start();
  }

  @AfterEach
  void stop() {
    release.countDown();
    server.close();
    slots.close();
  }

  private AdapterSlot.Answer predict(LineageId lineage, Tensor x) {
    if (blocking) {
      predicting.countDown();
      try {
        assertThat(release.await(20, TimeUnit.SECONDS)).isTrue();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
    if (broken) {
      throw new IllegalStateException("secret detail");
    }
    return slots.predict(lineage, x);
  }

  private void swap(LineageId lineage, long number) {
    AdapterWeights weights = served.weights(number);
    slots.swap(new AdapterVersion(lineage, number, weights.contentHash()), weights);
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path));
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return client.send(request(path).build(), BodyHandlers.ofString());
  }

  private HttpResponse<String> post(String body, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder builder = request("/v2/models/m/infer").POST(BodyPublishers.ofString(body));
    if (headers.length > 0) {
      builder.headers(headers);
    }
    return client.send(builder.build(), BodyHandlers.ofString());
  }

  private static String body(Tensor x, String extra) {
    String shape = Arrays.toString(x.shape());
    String data = Arrays.toString(x.data());
    return "{"
        + extra
        + "\"inputs\":[{\"name\":\"input\",\"datatype\":\"FP32\",\"shape\":"
        + shape
        + ",\"data\":"
        + data
        + "}]}";
  }

  private void assertError(HttpResponse<String> response, int status, String reason, String error)
      throws IOException, InterruptedException {
    JsonNode found = json.readTree(response.body());
    assertThat(found.path("error").asText()).isEqualTo(error);
    assertThat(found.path("reason").asText()).isEqualTo(reason);
    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(response.headers().firstValue("content-type")).hasValue("application/json");
    assertThat(get("/metrics").body())
        .contains("meander_request_errors_total{reason=\"" + reason + "\"} 1.0");
  }

  @Test
  void shouldAnswerWithLogitsClassesAndTheVersionThatMadeThem() throws Exception {
    swap(Served.GLOBAL, 3);
    Tensor x = Served.input(2, 9);

    HttpResponse<String> response = post(body(x, "\"id\":\"r-7\","));

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("meander-lineage")).hasValue("m:global");
    assertThat(response.headers().firstValue("meander-version")).hasValue("3");
    JsonNode answer = json.readTree(response.body());
    assertThat(answer.path("model_name").asText()).isEqualTo("m");
    assertThat(answer.path("model_version").asText()).isEqualTo("3");
    assertThat(answer.path("model_version").isTextual()).isTrue();
    assertThat(answer.path("id").asText()).isEqualTo("r-7");
    assertThat(answer.path("parameters").toString())
        .isEqualTo(
            "{\"lineage\":\"m:global\",\"version\":3,\"content\":\""
                + served.weights(3).contentHash().shortHex()
                + "\"}");
    float[] logits = served.logits(3, x);
    JsonNode first = answer.path("outputs").path(0);
    assertThat(first.path("name").asText()).isEqualTo("logits");
    assertThat(first.path("datatype").asText()).isEqualTo("FP32");
    assertThat(first.path("shape").toString()).isEqualTo("[2,5]");
    for (int i = 0; i < logits.length; i++) {
      assertThat((float) first.path("data").path(i).asDouble()).isEqualTo(logits[i]);
    }
    JsonNode second = answer.path("outputs").path(1);
    assertThat(second.path("name").asText()).isEqualTo("classes");
    assertThat(second.path("datatype").asText()).isEqualTo("INT64");
    assertThat(second.path("shape").toString()).isEqualTo("[2]");
    assertThat(second.path("data").path(1).asInt()).isEqualTo(argMax(logits, 5, 10));
  }

  private static int argMax(float[] values, int from, int to) {
    int best = from;
    for (int i = from; i < to; i++) {
      best = values[i] > values[best] ? i : best;
    }
    return best - from;
  }

  @Test
  void shouldHandTheExchangeOnAsTraffic() throws Exception {
    swap(Served.GLOBAL, 3);
    Tensor x = Served.input(2, 9);
    post(body(x, ""));

    Exchange exchange = traffic.get(0);
    assertThat(exchange.id()).isEqualTo("generated-1");
    assertThat(exchange.eventTimeMillis()).isEqualTo(5_000);
    assertThat(exchange.input()).isEqualTo(x);
    assertThat(exchange.answer().version().number()).isEqualTo(3);
    assertThat(exchange.answer().logits().data()).containsExactly(served.logits(3, x));
  }

  @Test
  void shouldAnswerAsTheBaseModelBeforeTheFirstVersion() throws Exception {
    swap(Served.GLOBAL, 3);
    Tensor x = Served.input(1, 9);

    HttpResponse<String> response = post(body(x, ""), "meander-scope", "cam-1");

    JsonNode answer = json.readTree(response.body());
    assertThat(answer.path("parameters").toString())
        .isEqualTo(
            "{\"lineage\":\"m:cam-1\",\"version\":0,\"content\":\""
                + served.spec().baseSha256().shortHex()
                + "\"}");
    assertThat((float) answer.path("outputs").path(0).path("data").path(0).asDouble())
        .isEqualTo(served.logits(0, x)[0]);
  }

  @Test
  void shouldPickTheLineageByParameterBeforeHeader() throws Exception {
    swap(new LineageId("m", "cam-1"), 4);
    swap(new LineageId("m", "cam-2"), 5);
    Tensor x = Served.input(1, 9);

    HttpResponse<String> byHeader = post(body(x, ""), "Meander-Scope", "cam-1");
    HttpResponse<String> byParameter =
        post(body(x, "\"parameters\":{\"scope\":\"cam-2\"},"), "meander-scope", "cam-1");

    assertThat(byHeader.headers().firstValue("meander-version")).hasValue("4");
    assertThat(byParameter.headers().firstValue("meander-version")).hasValue("5");
  }

  @Test
  void shouldAnswerOnlyTheOutputsAskedFor() throws Exception {
    HttpResponse<String> response =
        post(body(Served.input(1, 9), "\"outputs\":[{\"name\":\"classes\"}],"));
    JsonNode outputs = json.readTree(response.body()).path("outputs");
    assertThat(outputs).hasSize(1);
    assertThat(outputs.path(0).path("name").asText()).isEqualTo("classes");
  }

  @Test
  void shouldDescribeServerAndModel() throws Exception {
    swap(Served.GLOBAL, 3);
    assertThat(get("/v2").body())
        .isEqualTo("{\"name\":\"meander\",\"version\":\"development\",\"extensions\":[]}");
    assertThat(get("/v2/health/live").body()).isEqualTo("{\"live\":true}");
    assertThat(get("/v2/health/ready").body()).isEqualTo("{\"ready\":true}");
    assertThat(get("/v2/models/m/ready").body()).isEqualTo("{\"name\":\"m\",\"ready\":true}");
    assertThat(get("/v2/models/m").body())
        .isEqualTo(
            "{\"name\":\"m\",\"versions\":[\"3\"],\"platform\":\""
                + served.spec().engine()
                + "\",\"inputs\":[{\"name\":\"input\",\"datatype\":\"FP32\","
                + "\"shape\":[-1,3,4,4]}],"
                + "\"outputs\":[{\"name\":\"logits\",\"datatype\":\"FP32\",\"shape\":[-1,5]},"
                + "{\"name\":\"classes\",\"datatype\":\"INT64\",\"shape\":[-1]}]}");
  }

  @Test
  void shouldSayWhyItIsNotReady() throws Exception {
    readiness = new Readiness(false, false, "a node that starts: read 3 records");
    HttpResponse<String> ready = get("/v2/health/ready");
    assertThat(ready.statusCode()).isEqualTo(503);
    assertThat(ready.body())
        .isEqualTo("{\"ready\":false,\"detail\":\"a node that starts: read 3 records\"}");
    assertThat(get("/v2/models/m/ready").statusCode()).isEqualTo(503);
    assertThat(get("/v2/health/live").statusCode()).isEqualTo(200);
    assertError(
        post(body(Served.input(1, 9), "")),
        503,
        "NOT_READY",
        "expected a node that is ready, found a node that starts: read 3 records");
  }

  @Test
  void shouldKeepAnsweringWhenItIsBehindTheLog() throws Exception {
    readiness = new Readiness(true, false, "a node that waits: no broker");
    assertThat(get("/v2/health/ready").statusCode()).isEqualTo(503);
    assertThat(post(body(Served.input(1, 9), "")).statusCode()).isEqualTo(200);
  }

  @Test
  void shouldRefuseAnUnknownModelOrPathOrMethod() throws Exception {
    HttpRequest other =
        request("/v2/models/other/infer").POST(BodyPublishers.ofString("{}")).build();
    assertError(
        client.send(other, BodyHandlers.ofString()),
        404,
        "UNKNOWN_MODEL",
        "expected model m, found other");
    assertError(
        get("/v3/things"), 404, "UNKNOWN_PATH", "expected a path under /v2, found GET /v3/things");
    assertError(
        get("/v2/models/m/infer"),
        405,
        "WRONG_METHOD",
        "expected another method, found GET /v2/models/m/infer");
  }

  @Test
  void shouldRefuseWrongInputWordForWord() throws Exception {
    assertError(
        post("{\"inputs\":[{\"shape\":[1,3],\"datatype\":\"FP32\",\"data\":[1,2,3]}]}"),
        400,
        "WRONG_SHAPE",
        "expected shape [n, 3, 4, 4] or [3, 4, 4], found [1, 3]");
    assertError(
        post(body(Served.input(5, 9), "")),
        413,
        "TOO_MANY_ROWS",
        "expected at most 4 rows, found 5");
    assertError(
        post(body(Served.input(1, 9), "").replace("FP32", "FP64")),
        400,
        "UNKNOWN_DATATYPE",
        "expected datatype FP32, found FP64");
    assertError(
        post(body(Served.input(1, 9), "").replaceFirst("0\\.[0-9]+,", "NaN,")),
        400,
        "NOT_FINITE",
        "expected finite numbers, found NaN at index 0");
    assertError(post("{}"), 400, "MISSING_INPUT", "expected 1 input, found none");
    assertError(post("hello"), 400, "MALFORMED_JSON", expectedHello());
  }

  private static String expectedHello() {
    return "expected a JSON object, found Unrecognized token 'hello': was expecting (JSON String,"
        + " Number (or 'NaN'/'+INF'/'-INF'), Array, Object or token 'null', 'true' or 'false')"
        + " (line 1, column 1)";
  }

  @Test
  void shouldRefuseAScopeThatIsNone() throws Exception {
    assertError(
        post(body(Served.input(1, 9), ""), "meander-scope", "a b"),
        400,
        "MALFORMED_SCOPE",
        "expected a scope name of 1 to 100 letters, digits, '.', '_' or '-', found \"a b\"");
  }

  @Test
  void shouldRefuseABodyThatIsTooLarge() throws Exception {
    String error = "expected a body of at most 20000 bytes, found more";
    assertError(post(" ".repeat(BODY_BYTES_MAX + 1)), 413, "BODY_TOO_LARGE", error);
    assertThat(post(" ".repeat(3 * BODY_BYTES_MAX)).statusCode()).isEqualTo(413);
    assertThat(post(" ".repeat(BODY_BYTES_MAX)).statusCode()).isEqualTo(400);
  }

  @Test
  void shouldRefuseBinaryData() throws Exception {
    assertError(
        post("{}", "Inference-Header-Content-Length", "2"),
        415,
        "BINARY_DATA",
        "expected data as JSON, found header Inference-Header-Content-Length");
  }

  @Test
  void shouldRefuseOneRequestMoreThanAtOnce() throws Exception {
    blocking = true;
    CompletableFuture<HttpResponse<String>> slow =
        client.sendAsync(
            request("/v2/models/m/infer")
                .POST(BodyPublishers.ofString(body(Served.input(1, 9), "")))
                .build(),
            BodyHandlers.ofString());
    assertThat(predicting.await(20, TimeUnit.SECONDS)).isTrue();

    HttpResponse<String> refused = post(body(Served.input(1, 9), ""));

    release.countDown();
    assertError(refused, 503, "OVERLOADED", "expected at most 1 requests at once, found more");
    assertThat(slow.get(20, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
  }

  @Test
  void shouldSayNothingOfAnInternalFailure() throws Exception {
    broken = true;
    assertError(
        post(body(Served.input(1, 9), "")),
        500,
        "INTERNAL",
        "expected an answer, found an internal failure");
  }

  @Test
  void shouldRefuseAnAnswerThatIsNotFinite() throws Exception {
    AdapterWeights weights = served.weights(1);
    float[] huge = new float[weights.values().length];
    Arrays.fill(huge, 3e38f);
    AdapterWeights bad = new AdapterWeights(weights.layout(), huge);
    slots.swap(new AdapterVersion(Served.GLOBAL, 9, bad.contentHash()), bad);
    assertError(
        post(body(Served.input(1, 9), "")),
        500,
        "ANSWER_NOT_FINITE",
        "expected finite logits from version 9 of m:global, found NaN or infinity");
    assertThat(traffic).isEmpty();
  }

  @Test
  void shouldCountRequestsAndRows() throws Exception {
    post(body(Served.input(3, 9), ""));
    post("{}");
    HttpResponse<String> scrape = get("/metrics");
    assertThat(scrape.headers().firstValue("content-type").orElse("")).startsWith("text/plain");
    assertThat(scrape.body())
        .contains("meander_requests_total 2.0")
        .contains("meander_rows_total 3.0")
        .contains("meander_request_duration_seconds_count 2");
  }
}
