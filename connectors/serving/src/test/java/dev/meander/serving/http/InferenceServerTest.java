package dev.meander.serving.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.meander.core.tensor.Tensor;
import dev.meander.core.weights.LineageId;
import dev.meander.serving.fixture.Served;
import dev.meander.serving.traffic.Exchange;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class InferenceServerTest {

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
  void shouldAnswerWithLogitsClassesAndTheVersionThatMadeThem() throws Exception {
    node.swap(Served.GLOBAL, 3);
    Tensor x = Served.input(2, 9);

    HttpResponse<String> response = node.post(ServerHarness.body(x, "\"id\":\"r-7\","));

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("meander-lineage")).hasValue("m:global");
    assertThat(response.headers().firstValue("meander-version")).hasValue("3");
    JsonNode answer = node.json.readTree(response.body());
    assertThat(answer.path("model_name").asText()).isEqualTo("m");
    assertThat(answer.path("model_version").asText()).isEqualTo("3");
    assertThat(answer.path("model_version").isTextual()).isTrue();
    assertThat(answer.path("id").asText()).isEqualTo("r-7");
    assertThat(answer.path("parameters").toString())
        .isEqualTo(
            "{\"lineage\":\"m:global\",\"version\":3,\"content\":\""
                + node.served.weights(3).contentHash().shortHex()
                + "\"}");
    float[] logits = node.served.logits(3, x);
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
    node.swap(Served.GLOBAL, 3);
    Tensor x = Served.input(2, 9);
    node.post(ServerHarness.body(x, ""));

    Exchange exchange = node.traffic.get(0);
    assertThat(exchange.id()).isEqualTo("generated-1");
    assertThat(exchange.eventTimeMillis()).isEqualTo(5_000);
    assertThat(exchange.input()).isEqualTo(x);
    assertThat(exchange.answer().version().number()).isEqualTo(3);
    assertThat(exchange.answer().logits().data()).containsExactly(node.served.logits(3, x));
  }

  @Test
  void shouldAnswerAsTheBaseModelBeforeTheFirstVersion() throws Exception {
    node.swap(Served.GLOBAL, 3);
    Tensor x = Served.input(1, 9);

    HttpResponse<String> response = node.post(ServerHarness.body(x, ""), "meander-scope", "cam-1");

    JsonNode answer = node.json.readTree(response.body());
    assertThat(answer.path("parameters").toString())
        .isEqualTo(
            "{\"lineage\":\"m:cam-1\",\"version\":0,\"content\":\""
                + node.served.spec().baseSha256().shortHex()
                + "\"}");
    assertThat((float) answer.path("outputs").path(0).path("data").path(0).asDouble())
        .isEqualTo(node.served.logits(0, x)[0]);
  }

  @Test
  void shouldPickTheLineageByParameterBeforeHeader() throws Exception {
    node.swap(new LineageId("m", "cam-1"), 4);
    node.swap(new LineageId("m", "cam-2"), 5);
    Tensor x = Served.input(1, 9);

    HttpResponse<String> byHeader = node.post(ServerHarness.body(x, ""), "Meander-Scope", "cam-1");
    HttpResponse<String> byParameter =
        node.post(
            ServerHarness.body(x, "\"parameters\":{\"scope\":\"cam-2\"},"),
            "meander-scope",
            "cam-1");

    assertThat(byHeader.headers().firstValue("meander-version")).hasValue("4");
    assertThat(byParameter.headers().firstValue("meander-version")).hasValue("5");
  }

  @Test
  void shouldAnswerOnlyTheOutputsAskedFor() throws Exception {
    HttpResponse<String> response =
        node.post(ServerHarness.body(Served.input(1, 9), "\"outputs\":[{\"name\":\"classes\"}],"));
    JsonNode outputs = node.json.readTree(response.body()).path("outputs");
    assertThat(outputs).hasSize(1);
    assertThat(outputs.path(0).path("name").asText()).isEqualTo("classes");
  }

  @Test
  void shouldDescribeServerAndModel() throws Exception {
    node.swap(Served.GLOBAL, 3);
    assertThat(node.get("/v2").body())
        .isEqualTo("{\"name\":\"meander\",\"version\":\"development\",\"extensions\":[]}");
    assertThat(node.get("/v2/health/live").body()).isEqualTo("{\"live\":true}");
    assertThat(node.get("/v2/health/ready").body()).isEqualTo("{\"ready\":true}");
    assertThat(node.get("/v2/models/m/ready").body()).isEqualTo("{\"name\":\"m\",\"ready\":true}");
    assertThat(node.get("/v2/models/m").body())
        .isEqualTo(
            "{\"name\":\"m\",\"versions\":[\"3\"],\"platform\":\""
                + node.served.spec().engine()
                + "\",\"inputs\":[{\"name\":\"input\",\"datatype\":\"FP32\","
                + "\"shape\":[-1,3,4,4]}],"
                + "\"outputs\":[{\"name\":\"logits\",\"datatype\":\"FP32\",\"shape\":[-1,5]},"
                + "{\"name\":\"classes\",\"datatype\":\"INT64\",\"shape\":[-1]}]}");
  }

  @Test
  void shouldKeepAnsweringWhenItIsBehindTheLog() throws Exception {
    node.readiness = new Readiness(true, false, "a node that waits: no broker");
    assertThat(node.get("/v2/health/ready").statusCode()).isEqualTo(503);
    assertThat(node.post(ServerHarness.body(Served.input(1, 9), "")).statusCode()).isEqualTo(200);
  }

  @Test
  void shouldCountRequestsAndRows() throws Exception {
    node.post(ServerHarness.body(Served.input(3, 9), ""));
    node.post("{}");
    HttpResponse<String> scrape = node.get("/metrics");
    assertThat(scrape.headers().firstValue("content-type").orElse("")).startsWith("text/plain");
    assertThat(scrape.body())
        .contains("meander_requests_total 2.0")
        .contains("meander_rows_total 3.0")
        .contains("meander_request_duration_seconds_count 2");
  }
}
