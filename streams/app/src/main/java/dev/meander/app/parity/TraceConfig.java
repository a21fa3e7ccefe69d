package dev.meander.app.parity;

import com.fasterxml.jackson.databind.JsonNode;
import dev.meander.core.augment.Augmentation;
import dev.meander.core.augment.FlipScaleClip;
import dev.meander.core.memory.MemoryConfig;
import dev.meander.core.method.Constant;
import dev.meander.core.method.Declaration;
import dev.meander.core.method.MethodConfig;
import dev.meander.core.method.Methods;
import dev.meander.core.method.SourceConfig;
import dev.meander.core.optimise.OptimiserConfig;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A trace's method and hyperparameters as a configuration. */
final class TraceConfig {

  private static final Map<String, String> NAMES =
      Map.of("bntest", "bn-1", "bnalpha", "alpha-bn", "bnema", "bn-ema");

  /** Hyperparameters that are no constants of a method: read elsewhere. */
  private static final Set<String> ELSEWHERE = Set.of("optimizer", "window", "bn-momentum");

  private static final List<String> AFFINITIES = List.of("rbf", "knn", "linear");
  private static final FlipScaleClip KEY_VIEW = new FlipScaleClip(false, 1.05f, 0, 0, 1);

  private TraceConfig() {}

  /**
   * Reads a trace.
   *
   * @param augmentation view instead of the method's random ones
   * @throws TraceRefusedException when the trace sets what the method does not have
   */
  static MethodConfig of(JsonNode trace, Augmentation augmentation) {
    JsonNode hyper = trace.path("hyper");
    String name = name(trace.path("method").asText(), hyper);
    if (!Methods.names().contains(name)) {
      throw new TraceRefusedException("unknown method " + name);
    }
    Declaration declaration = Methods.declaration(name);
    Set<String> known =
        declaration.constants().stream().map(Constant::name).collect(Collectors.toSet());
    Map<String, Double> constants = new HashMap<>();
    for (Map.Entry<String, JsonNode> entry : hyper.properties()) {
      String constant = entry.getKey().replace('_', '-');
      double value = number(entry.getValue());
      if (known.contains(constant)) {
        constants.put(constant, value);
      } else if (!ELSEWHERE.contains(constant) && value != 0) {
        throw new TraceRefusedException(
            "expected hyperparameters of " + name + ", found " + entry.getKey());
      }
    }
    try {
      return new MethodConfig(
          name,
          optimiser(hyper.path("optimizer")),
          constants,
          List.of(augmentation, KEY_VIEW),
          MemoryConfig.NONE,
          SourceConfig.NONE);
    } catch (IllegalArgumentException e) {
      throw new TraceRefusedException(String.valueOf(e.getMessage()), e);
    }
  }

  private static String name(String method, JsonNode hyper) {
    if (method.equals("eata") && hyper.path("fisher_beta").asDouble() == 0) {
      return "eta";
    }
    boolean sourceFree =
        hyper.path("lambda_src").asDouble() == 0 && hyper.path("warmup_steps").asInt() == 0;
    if (method.equals("rmt") && sourceFree) {
      return "rmt-source-free";
    }
    return NAMES.getOrDefault(method, method);
  }

  private static double number(JsonNode value) {
    if (value.isTextual()) {
      return AFFINITIES.indexOf(value.asText().toLowerCase(Locale.ROOT));
    }
    return value.isBoolean() ? (value.asBoolean() ? 1 : 0) : value.asDouble();
  }

  private static @Nullable OptimiserConfig optimiser(JsonNode node) {
    return switch (node.path("type").asText()) {
      case "" -> null;
      case "SGD" ->
          OptimiserConfig.sgd(
                  node.path("lr").asDouble(),
                  node.path("momentum").asDouble(),
                  node.path("nesterov").asBoolean())
              .withWeightDecay(node.path("weight_decay").asDouble());
      case "Adam" ->
          new OptimiserConfig(
              OptimiserConfig.Rule.ADAM,
              node.path("lr").asDouble(),
              0,
              false,
              node.path("betas").path(0).asDouble(0.9),
              node.path("betas").path(1).asDouble(0.999),
              node.path("eps").asDouble(1e-8),
              node.path("weight_decay").asDouble());
      default ->
          throw new TraceRefusedException(
              "expected the optimiser Adam or SGD, found " + node.path("type"));
    };
  }
}
