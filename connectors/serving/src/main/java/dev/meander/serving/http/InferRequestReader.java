package dev.meander.serving.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import dev.meander.core.tensor.Tensor;
import java.io.IOException;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads inference requests in one pass, numbers straight into floats. Every body gives a request or
 * a refusal that says what was expected and what was found.
 *
 * <p>Thread-safety: immutable.
 */
final class InferRequestReader {

  private static final int ID_CHARACTERS_MAX = 200;
  private static final int OUTPUTS_MAX = 16;

  private static final Set<String> FIELDS = Set.of("id", "parameters", "inputs", "outputs");

  /** NaN and Infinity are read as numbers, so that they are refused by value and index. */
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .build();

  private final ServedModel model;
  private final int rowsMax;

  InferRequestReader(ServedModel model, int rowsMax) {
    this.model = model;
    this.rowsMax = rowsMax;
  }

  /** Reads {@code body}. */
  InferRequest read(byte[] body) throws RequestRefusedException {
    try (JsonParser parser = JSON.createParser(body)) {
      return new Pass(parser).read();
    } catch (JsonProcessingException e) {
      throw malformed(JsonProblem.text(e));
    } catch (IOException e) {
      throw malformed("bytes that are no text");
    }
  }

  private static RequestRefusedException malformed(String found) {
    return new RequestRefusedException(
        RequestProblem.MALFORMED_JSON, "expected a JSON object, found " + found);
  }

  private static String found(JsonParser parser) throws IOException {
    return Found.value(parser);
  }

  /** One reading of one body. */
  private final class Pass {

    private final JsonParser parser;
    private @Nullable String id;
    private @Nullable String scope;
    private @Nullable Tensor input;
    private int inputs;
    private final Set<String> outputs = new LinkedHashSet<>();
    private final Set<String> given = new HashSet<>();

    Pass(JsonParser parser) {
      this.parser = parser;
    }

    InferRequest read() throws IOException, RequestRefusedException {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw malformed(parser.currentToken() == null ? "nothing" : found(parser));
      }
      for (String field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
        boolean absent = parser.nextToken() == JsonToken.VALUE_NULL;
        if (FIELDS.contains(field) && !given.add(field)) {
          throw malformed("the field " + field + " twice");
        }
        if (absent) {
          continue;
        }
        switch (field) {
          case "id" -> id = id();
          case "parameters" -> parameters();
          case "inputs" -> inputs();
          case "outputs" -> outputs();
          default -> parser.skipChildren();
        }
      }
      if (parser.nextToken() != null) {
        throw malformed(found(parser) + " after its end");
      }
      Tensor found = input;
      if (found == null) {
        throw new RequestRefusedException(
            RequestProblem.MISSING_INPUT, "expected 1 input, found none");
      }
      if (inputs > 1) {
        throw new RequestRefusedException(
            RequestProblem.UNEXPECTED_INPUT, "expected 1 input, found " + inputs);
      }
      return new InferRequest(id, scope, found, outputs);
    }

    private String id() throws IOException, RequestRefusedException {
      if (parser.currentToken() != JsonToken.VALUE_STRING
          || parser.getTextLength() == 0
          || parser.getTextLength() > ID_CHARACTERS_MAX) {
        throw new RequestRefusedException(
            RequestProblem.MALFORMED_ID,
            "expected an id of 1 to "
                + ID_CHARACTERS_MAX
                + " characters, found "
                + (parser.currentToken() == JsonToken.VALUE_STRING
                    ? parser.getTextLength() + " characters"
                    : found(parser)));
      }
      return parser.getText();
    }

    private void parameters() throws IOException, RequestRefusedException {
      if (parser.currentToken() != JsonToken.START_OBJECT) {
        throw malformed("parameters that are not an object");
      }
      for (String field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
        parser.nextToken();
        if (field.equals("scope") && parser.currentToken() != JsonToken.VALUE_NULL) {
          if (parser.currentToken() != JsonToken.VALUE_STRING) {
            throw new RequestRefusedException(
                RequestProblem.MALFORMED_SCOPE,
                "expected a text as parameter scope, found " + found(parser));
          }
          if (scope != null) {
            throw malformed("the parameter scope twice");
          }
          scope = parser.getText();
        } else {
          parser.skipChildren();
        }
      }
    }

    private void inputs() throws IOException, RequestRefusedException {
      if (parser.currentToken() != JsonToken.START_ARRAY) {
        throw malformed("inputs that are not an array");
      }
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        inputs++;
        if (inputs == 1) {
          input = new InputReader(model, rowsMax).read(parser);
        } else {
          parser.skipChildren();
        }
      }
    }

    private void outputs() throws IOException, RequestRefusedException {
      if (parser.currentToken() != JsonToken.START_ARRAY) {
        throw malformed("outputs that are not an array");
      }
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        outputs.add(output());
        if (outputs.size() > OUTPUTS_MAX) {
          throw malformed("more than " + OUTPUTS_MAX + " outputs");
        }
      }
    }

    private String output() throws IOException, RequestRefusedException {
      String name = "";
      if (parser.currentToken() == JsonToken.START_OBJECT) {
        for (String field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
          parser.nextToken();
          if (field.equals("name") && parser.currentToken() == JsonToken.VALUE_STRING) {
            name = parser.getText();
          } else {
            parser.skipChildren();
          }
        }
      }
      if (!InferResponseWriter.OUTPUTS.contains(name)) {
        throw new RequestRefusedException(
            RequestProblem.UNKNOWN_OUTPUT,
            "expected outputs named logits or classes, found \"" + Found.text(name) + "\"");
      }
      return name;
    }
  }
}
