package dev.meander.app.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/**
 * Asks a serving node over the Open Inference Protocol v2, one input a request.
 *
 * <p>Thread-safety: one thread at a time.
 */
final class InferenceClient {

  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient http;
  private final URI endpoint;
  private final int[] inputShape;

  /** An answer and its stamp. */
  record Answer(float[] logits, String lineage, long version) {}

  InferenceClient(HttpClient http, int port, String model, int[] inputShape) {
    this.http = http;
    this.endpoint = URI.create("http://127.0.0.1:" + port + "/v2/models/" + model + "/infer");
    this.inputShape = inputShape.clone();
  }

  /**
   * Asks for one answer.
   *
   * @throws IOException when the node does not answer with status 200
   */
  Answer ask(String id, float[] input) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(endpoint)
            .timeout(TIMEOUT)
            .header("content-type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body(id, input)))
            .build();
    HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
    if (response.statusCode() != 200) {
      throw new IOException(
          "expected status 200 from "
              + endpoint
              + ", found "
              + response.statusCode()
              + ": "
              + response.body());
    }
    return answer(JSON.readTree(response.body()));
  }

  private String body(String id, float[] input) {
    StringBuilder text = new StringBuilder(16 * input.length);
    text.append("{\"id\":\"").append(id).append("\",\"inputs\":[{\"name\":\"input\",\"shape\":[1");
    for (int dimension : inputShape) {
      text.append(',').append(dimension);
    }
    text.append("],\"datatype\":\"FP32\",\"data\":[");
    for (int i = 0; i < input.length; i++) {
      text.append(i == 0 ? "" : ",").append(input[i]);
    }
    return text.append("]}]}").toString();
  }

  private static Answer answer(JsonNode response) throws IOException {
    for (JsonNode output : response.path("outputs")) {
      if (output.path("name").asText().equals("logits")) {
        JsonNode data = output.path("data");
        float[] logits = new float[data.size()];
        for (int i = 0; i < logits.length; i++) {
          logits[i] = data.get(i).floatValue();
        }
        JsonNode stamp = response.path("parameters");
        return new Answer(
            logits, stamp.path("lineage").asText(""), stamp.path("version").asLong(-1));
      }
    }
    throw new IOException("expected an output named logits, found " + response.path("outputs"));
  }
}
