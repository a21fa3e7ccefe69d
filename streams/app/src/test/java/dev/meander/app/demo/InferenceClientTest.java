package dev.meander.app.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class InferenceClientTest {

  private static final float[] INPUT = {0.25f, 1f};

  @Test
  void shouldReadLogitsAndStamp() throws Exception {
    String body =
        """
        {"parameters": {"lineage": "fake:global", "version": 12},
         "outputs": [{"name": "label", "data": [1]}, {"name": "logits", "data": [0.5, -2.25, 3]}]}
        """;
    try (FakeNode node = new FakeNode(200, body)) {
      InferenceClient.Answer answer = node.client(1, 1, 2).ask("event-1", INPUT);
      assertThat(answer.logits()).containsExactly(0.5f, -2.25f, 3f);
      assertThat(answer.lineage()).isEqualTo("fake:global");
      assertThat(answer.version()).isEqualTo(12);
      ObjectMapper json = new ObjectMapper();
      assertThat(json.readTree(node.asked().get(0)))
          .isEqualTo(
              json.readTree(
                  """
                  {"id": "event-1", "inputs": [
                    {"name": "input", "shape": [1, 1, 1, 2], "datatype": "FP32",
                     "data": [0.25, 1.0]}]}
                  """));
    }
  }

  @Test
  void shouldSayThatAStampIsMissing() throws Exception {
    try (FakeNode node = new FakeNode(200, "{\"outputs\":[{\"name\":\"logits\",\"data\":[1]}]}")) {
      InferenceClient.Answer answer = node.client(2).ask("event-1", INPUT);
      assertThat(answer.lineage()).isEmpty();
      assertThat(answer.version()).isEqualTo(-1);
    }
  }

  @Test
  void shouldSayWhatTheNodeSaidWhenItRefuses() throws Exception {
    try (FakeNode node = new FakeNode(503, "{\"error\":\"busy\"}")) {
      assertThatThrownBy(() -> node.client(2).ask("event-1", INPUT))
          .isInstanceOf(IOException.class)
          .hasMessage(
              "expected status 200 from http://127.0.0.1:%d/v2/models/fake/infer, found 503:"
                  + " {\"error\":\"busy\"}",
              node.port());
    }
  }

  @Test
  void shouldSayWhatItFoundWhenThereAreNoLogits() throws Exception {
    try (FakeNode node = new FakeNode(200, "{\"outputs\":[{\"name\":\"label\"}]}")) {
      assertThatThrownBy(() -> node.client(2).ask("event-1", INPUT))
          .isInstanceOf(IOException.class)
          .hasMessage("expected an output named logits, found [{\"name\":\"label\"}]");
    }
  }
}
