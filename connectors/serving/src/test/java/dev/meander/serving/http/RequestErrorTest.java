package dev.meander.serving.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meander.core.weights.AdapterVersion;
import dev.meander.core.weights.AdapterWeights;
import dev.meander.kit.BadInput;
import dev.meander.kit.BadInput.Entrance;
import dev.meander.serving.fixture.Served;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every error of the protocol, word for word. */
final class RequestErrorTest {

  private ServerHarness node;

  @BeforeEach
  void start(@TempDir Path folder) throws IOException {
    node = new ServerHarness(folder);
  }

  @AfterEach
  void stop() {
    node.close();
  }

  @Test
  void shouldSayWhyItIsNotReady() throws Exception {
    node.readiness = new Readiness(false, false, "a node that starts: read 3 records");
    HttpResponse<String> ready = node.get("/v2/health/ready");
    assertThat(ready.statusCode()).isEqualTo(503);
    assertThat(ready.body())
        .isEqualTo("{\"ready\":false,\"detail\":\"a node that starts: read 3 records\"}");
    assertThat(node.get("/v2/models/m/ready").statusCode()).isEqualTo(503);
    assertThat(node.get("/v2/health/live").statusCode()).isEqualTo(200);
    node.assertError(
        node.post(ServerHarness.body(Served.input(1, 9), "")),
        503,
        "NOT_READY",
        "expected a node that is ready, found a node that starts: read 3 records");
  }

  @Test
  void shouldRefuseAnUnknownModelOrPathOrMethod() throws Exception {
    HttpRequest other =
        node.request("/v2/models/other/infer").POST(BodyPublishers.ofString("{}")).build();
    node.assertError(
        node.client.send(other, BodyHandlers.ofString()),
        404,
        "UNKNOWN_MODEL",
        "expected model m, found other");
    node.assertError(
        node.get("/v3/things"),
        404,
        "UNKNOWN_PATH",
        "expected a path under /v2, found GET /v3/things");
    node.assertError(
        node.get("/v2/models/m/infer"),
        405,
        "WRONG_METHOD",
        "expected another method, found GET /v2/models/m/infer");
  }

  @Test
  void shouldRefuseWrongInputWordForWord() throws Exception {
    node.assertError(
        node.post("{\"inputs\":[{\"shape\":[1,3],\"datatype\":\"FP32\",\"data\":[1,2,3]}]}"),
        400,
        "WRONG_SHAPE",
        "expected shape [n, 3, 4, 4] or [3, 4, 4], found [1, 3]");
    node.assertError(
        node.post(ServerHarness.body(Served.input(5, 9), "")),
        413,
        "TOO_MANY_ROWS",
        "expected at most 4 rows, found 5");
    node.assertError(
        node.post(ServerHarness.body(Served.input(1, 9), "").replace("FP32", "FP64")),
        400,
        "UNKNOWN_DATATYPE",
        "expected datatype FP32, found FP64");
    node.assertError(
        node.post(ServerHarness.body(Served.input(1, 9), "").replaceFirst("0\\.[0-9]+,", "NaN,")),
        400,
        "NOT_FINITE",
        "expected finite numbers, found NaN at index 0");
    node.assertError(node.post("{}"), 400, "MISSING_INPUT", "expected 1 input, found none");
    node.assertError(node.post("hello"), 400, "MALFORMED_JSON", expectedHello());
  }

  private static String expectedHello() {
    return "expected a JSON object, found Unrecognized token 'hello': was expecting (JSON String,"
        + " Number (or 'NaN'/'+INF'/'-INF'), Array, Object or token 'null', 'true' or 'false')"
        + " (line 1, column 1)";
  }

  @Test
  void shouldRefuseAScopeThatIsNone() throws Exception {
    node.assertError(
        node.post(ServerHarness.body(Served.input(1, 9), ""), "meander-scope", "a b"),
        400,
        "MALFORMED_SCOPE",
        "expected a scope name of 1 to 100 letters, digits, '.', '_' or '-', found \"a b\"");
  }

  @Test
  void shouldRefuseABodyThatIsTooLarge() throws Exception {
    String error = "expected a body of at most 20000 bytes, found more";
    node.assertError(
        node.post(" ".repeat(ServerHarness.BODY_BYTES_MAX + 1)), 413, "BODY_TOO_LARGE", error);
    assertThat(node.post(" ".repeat(3 * ServerHarness.BODY_BYTES_MAX)).statusCode()).isEqualTo(413);
    assertThat(node.post(" ".repeat(ServerHarness.BODY_BYTES_MAX)).statusCode()).isEqualTo(400);
  }

  @Test
  void shouldRefuseBinaryData() throws Exception {
    node.assertError(
        node.post("{}", "Inference-Header-Content-Length", "2"),
        415,
        "BINARY_DATA",
        "expected data as JSON, found header Inference-Header-Content-Length");
  }

  @Test
  void shouldRefuseOneRequestMoreThanAtOnce() throws Exception {
    node.blocking = true;
    CompletableFuture<HttpResponse<String>> slow =
        node.client.sendAsync(
            node.request("/v2/models/m/infer")
                .POST(BodyPublishers.ofString(ServerHarness.body(Served.input(1, 9), "")))
                .build(),
            BodyHandlers.ofString());
    assertThat(node.predicting.await(20, TimeUnit.SECONDS)).isTrue();

    HttpResponse<String> refused = node.post(ServerHarness.body(Served.input(1, 9), ""));

    node.release.countDown();
    node.assertError(refused, 503, "OVERLOADED", "expected at most 1 requests at once, found more");
    assertThat(slow.get(20, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
  }

  @Test
  void shouldSayNothingOfAnInternalFailure() throws Exception {
    node.broken = true;
    node.assertError(
        node.post(ServerHarness.body(Served.input(1, 9), "")),
        500,
        "INTERNAL",
        "expected an answer, found an internal failure");
  }

  @Test
  @BadInput(
      at = Entrance.REQUEST,
      what = "an input that the model throws on, or that needs more memory than there is",
      then = "500 with the model's reason; the node goes on")
  void shouldSayWhatTheModelThrew() throws Exception {
    String body = ServerHarness.body(Served.input(1, 9), "");
    node.modelThrows =
        new IllegalStateException(
            "The following operation failed in the TorchScript interpreter.\nTraceback:\n"
                + "  x = embedding(x)\nRuntimeError: index out of range in self\n");
    node.assertError(
        node.post(body),
        500,
        "MODEL_FAILED",
        "expected the model to take the input, found that it threw RuntimeError: index out of"
            + " range in self");
    node.modelThrows = new OutOfMemoryError("Java heap space");
    assertThat(node.post(body).body()).contains("found that it threw Java heap space");
    node.modelThrows = new NullPointerException();
    assertThat(node.post(body).body()).contains("found that it threw NullPointerException");
    assertThat(node.traffic).isEmpty();
    node.modelThrows = null;
    assertThat(node.post(body).statusCode()).isEqualTo(200);
  }

  @Test
  @BadInput(
      at = Entrance.REQUEST,
      what = "HEAD, OPTIONS, PUT and DELETE",
      then = "405, without a body for HEAD")
  void shouldRefuseOtherMethods() throws Exception {
    for (String method : new String[] {"OPTIONS", "PUT", "DELETE", "PATCH", "GET", "HEAD"}) {
      HttpResponse<String> response =
          node.client.send(
              node.request("/v2/models/m/infer").method(method, BodyPublishers.noBody()).build(),
              BodyHandlers.ofString());
      assertThat(response.statusCode()).as(method).isEqualTo(405);
      assertThat(response.body())
          .isEqualTo(
              method.equals("HEAD")
                  ? ""
                  : "{\"error\":\"expected another method, found "
                      + method
                      + " /v2/models/m/infer\",\"reason\":\"WRONG_METHOD\"}");
    }
  }

  @Test
  void shouldRefuseAnAnswerThatIsNotFinite() throws Exception {
    AdapterWeights weights = node.served.weights(1);
    float[] huge = new float[weights.values().length];
    Arrays.fill(huge, 3e38f);
    AdapterWeights bad = new AdapterWeights(weights.layout(), huge);
    node.slots.swap(new AdapterVersion(Served.GLOBAL, 9, bad.contentHash()), bad);
    node.assertError(
        node.post(ServerHarness.body(Served.input(1, 9), "")),
        500,
        "ANSWER_NOT_FINITE",
        "expected finite logits from version 9 of m:global, found NaN or infinity");
    assertThat(node.traffic).isEmpty();
  }
}
