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
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A server on a port of its own, with a fake model that can block and break. */
final class ServerHarness {

  static final int BODY_BYTES_MAX = 20_000;
  private static final Readiness READY = new Readiness(true, true, "");

  final HttpClient client = HttpClient.newHttpClient();
  final ObjectMapper json = new ObjectMapper();
  final List<Exchange> traffic = new CopyOnWriteArrayList<>();
  final ServingMetrics metrics = new ServingMetrics();
  final CountDownLatch release = new CountDownLatch(1);
  final CountDownLatch predicting = new CountDownLatch(1);
  volatile Readiness readiness = READY;
  volatile boolean blocking;
  volatile boolean broken;
  volatile @Nullable Throwable modelThrows;
  final Served served;
  final LineageSlots slots;
  final InferenceServer server;

  ServerHarness(Path folder) throws IOException {
    served = new Served(folder);
    slots = new LineageSlots(new FakeProvider(), served.source());
    server =
        new InferenceServer(
            new HttpConfig("127.0.0.1", 0, 4, BODY_BYTES_MAX, 1, Duration.ofSeconds(5)),
            ServedModel.of(served.spec(), Served.shape()),
            new InferenceServer.Ports(
                this::predict,
                this::offer,
                metrics,
                () -> readiness,
                () -> slots.active(Served.GLOBAL).number(),
                FakeClock.at(Instant.ofEpochMilli(5_000)),
                new StepNanos(),
                () -> "generated-1"));
    server.start();
  }

  void close() {
    release.countDown();
    server.close();
    slots.close();
  }

  private void offer(Exchange exchange) {
    if (broken) {
      throw new IllegalStateException("secret detail");
    }
    traffic.add(exchange);
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
    Throwable thrown = modelThrows;
    if (thrown instanceof Error error) {
      throw error;
    }
    if (thrown != null) {
      throw (RuntimeException) thrown;
    }
    return slots.predict(lineage, x);
  }

  void swap(LineageId lineage, long number) {
    AdapterWeights weights = served.weights(number);
    slots.swap(new AdapterVersion(lineage, number, weights.contentHash()), weights);
  }

  HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path));
  }

  HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return client.send(request(path).build(), BodyHandlers.ofString());
  }

  HttpResponse<String> post(String body, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder builder = request("/v2/models/m/infer").POST(BodyPublishers.ofString(body));
    if (headers.length > 0) {
      builder.headers(headers);
    }
    return client.send(builder.build(), BodyHandlers.ofString());
  }

  HttpResponse<String> post(byte[] body, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder builder =
        request("/v2/models/m/infer").POST(BodyPublishers.ofByteArray(body));
    if (headers.length > 0) {
      builder.headers(headers);
    }
    return client.send(builder.build(), BodyHandlers.ofString());
  }

  static String body(Tensor x, String extra) {
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

  void assertError(HttpResponse<String> response, int status, String reason, String error)
      throws IOException, InterruptedException {
    JsonNode found = json.readTree(response.body());
    assertThat(found.path("error").asText()).isEqualTo(error);
    assertThat(found.path("reason").asText()).isEqualTo(reason);
    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(response.headers().firstValue("content-type")).hasValue("application/json");
    assertThat(get("/metrics").body())
        .contains("meander_request_errors_total{reason=\"" + reason + "\"} 1.0");
  }
}
