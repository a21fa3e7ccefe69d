package dev.meander.serving.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * The small JSON documents of the protocol: metadata, health, errors.
 *
 * <p>Thread-safety: immutable.
 */
final class Documents {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int ANY = -1;

  private final ServedModel model;

  Documents(ServedModel model) {
    this.model = model;
  }

  /** Metadata of the server. */
  byte[] server() {
    String version = Documents.class.getPackage().getImplementationVersion();
    ObjectNode node = JSON.createObjectNode();
    node.put("name", "meander");
    node.put("version", version == null ? "development" : version);
    node.putArray("extensions");
    return bytes(node);
  }

  /** Metadata of the model. */
  byte[] model(long version) {
    ObjectNode node = JSON.createObjectNode();
    node.put("name", model.name());
    node.putArray("versions").add(String.valueOf(version));
    node.put("platform", model.platform());
    tensor(node.putArray("inputs"), "input", "FP32", model.inputShape());
    ArrayNode outputs = node.putArray("outputs");
    tensor(outputs, InferResponseWriter.LOGITS, "FP32", model.classes());
    tensor(outputs, InferResponseWriter.CLASSES, "INT64");
    return bytes(node);
  }

  private static void tensor(ArrayNode into, String name, String datatype, int... rowShape) {
    ObjectNode tensor = into.addObject();
    tensor.put("name", name);
    tensor.put("datatype", datatype);
    ArrayNode shape = tensor.putArray("shape").add(ANY);
    for (int dimension : rowShape) {
      shape.add(dimension);
    }
  }

  /** The process lives. */
  byte[] live() {
    return bytes(JSON.createObjectNode().put("live", true));
  }

  /** Whether the server is ready, and if not, why. */
  byte[] ready(Readiness readiness) {
    return bytes(readiness(JSON.createObjectNode(), readiness));
  }

  /** Whether the model is ready, and if not, why. */
  byte[] modelReady(Readiness readiness) {
    return bytes(readiness(JSON.createObjectNode().put("name", model.name()), readiness));
  }

  private static ObjectNode readiness(ObjectNode node, Readiness readiness) {
    node.put("ready", readiness.ready());
    if (!readiness.ready()) {
      node.put("detail", readiness.detail());
    }
    return node;
  }

  /** An error. */
  static byte[] error(RequestProblem problem, String message) {
    return bytes(JSON.createObjectNode().put("error", message).put("reason", problem.name()));
  }

  private static byte[] bytes(ObjectNode node) {
    try {
      return JSON.writeValueAsBytes(node);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of texts and numbers prints", e);
    }
  }
}
