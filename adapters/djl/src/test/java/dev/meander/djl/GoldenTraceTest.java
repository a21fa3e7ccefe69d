package dev.meander.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.meander.core.memory.MemoryConfig;
import dev.meander.core.method.Batch;
import dev.meander.core.method.Method;
import dev.meander.core.method.MethodConfig;
import dev.meander.core.method.MethodStep;
import dev.meander.core.method.SourceConfig;
import dev.meander.core.model.AdaptableModel;
import dev.meander.core.model.NormMode;
import dev.meander.core.model.Tape;
import dev.meander.core.normalise.StatisticsEstimate;
import dev.meander.core.objective.Entropy;
import dev.meander.core.objective.Pass;
import dev.meander.core.optimise.OptimiserConfig;
import dev.meander.core.tensor.Tensor;
import dev.meander.core.weights.Block;
import dev.meander.core.weights.Layout;
import dev.meander.core.wire.SafetensorsReader;
import dev.meander.kit.DataPack;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Traces of published reference implementations: logits per batch, parameters and statistics after
 * each step, gradients of the first batch, losses. {@code untrained} and {@code trained} are two
 * weights of one network; the numbers are part of the test resources.
 */
final class GoldenTraceTest {

  private static final double MOVING_AVERAGE_KEEP = 0.9;

  private record Traces(JsonNode description, Map<String, Tensor> tensors) {

    static Traces of(String name) throws IOException {
      ObjectMapper json = new ObjectMapper();
      return new Traces(
          json.readTree(resource(name + ".json")),
          SafetensorsReader.readNumbers(resource(name + ".safetensors")).tensors());
    }

    private static byte[] resource(String name) throws IOException {
      try (InputStream in = GoldenTraceTest.class.getResourceAsStream(name)) {
        assertThat(in).as(name).isNotNull();
        return in.readAllBytes();
      }
    }

    Tensor tensor(String name) {
      Tensor tensor = tensors.get(name);
      if (tensor == null) {
        throw new AssertionError("expected a golden tensor " + name + ", found none");
      }
      return tensor;
    }

    Map<String, float[]> initialWeights() {
      Map<String, float[]> weights = new HashMap<>();
      tensors.forEach(
          (name, tensor) -> {
            if (name.startsWith("init.")) {
              weights.put(name.substring("init.".length()), tensor.data());
            }
          });
      return weights;
    }

    JsonNode trace(String tag) {
      return description.path("traces").path(tag);
    }

    int batches() {
      return description.path("batches").size();
    }
  }

  static Stream<Arguments> traces() {
    return Stream.of("untrained", "trained")
        .flatMap(
            set ->
                Stream.of("source", "bntest", "bnalpha", "bnema", "tent", "tent_sgd")
                    .map(tag -> Arguments.of(set, tag)));
  }

  @ParameterizedTest
  @MethodSource("traces")
  void shouldFollowTheReferenceWithAWrittenNetwork(String set, String tag, @TempDir Path folder)
      throws IOException {
    Traces traces = Traces.of(set);
    Path file =
        Networks.tiny(folder.resolve("tiny.pt"), Networks.SCRIPTED, traces.initialWeights());
    try (AdaptableModel model = TorchModel.open(Networks.source(file, Networks.TINY_INPUT))) {
      follow(traces, tag, model);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"source", "bnema", "tent"})
  void shouldFollowTheReferenceWithATracedNetwork(String tag, @TempDir Path folder)
      throws IOException {
    Traces traces = Traces.of("trained");
    Path file = Networks.tiny(folder.resolve("tiny.pt"), Networks.TRACED, traces.initialWeights());
    try (AdaptableModel model = TorchModel.open(Networks.source(file, Networks.TINY_INPUT))) {
      follow(traces, tag, model);
    }
  }

  @ParameterizedTest
  @CsvSource({"untrained, golden/tiny2.pt", "trained, golden/trained/tiny2_trained.pt"})
  void shouldFollowTheReferenceWithTheFilesOfTheDataPack(String set, String location)
      throws IOException {
    Path file = DataPack.require(location);
    Traces traces = Traces.of(set);
    for (String tag : new String[] {"source", "bntest", "bnalpha", "bnema", "tent", "tent_sgd"}) {
      try (AdaptableModel model = TorchModel.open(Networks.source(file, Networks.TINY_INPUT))) {
        follow(traces, tag, model);
      }
    }
  }

  private static void follow(Traces traces, String tag, AdaptableModel model) {
    JsonNode trace = traces.trace(tag);
    Layout inventory = model.spec().inventory();
    Method method = new Method(config(tag, trace.path("hyper")), model);
    float[] theta = base(model, method.trained());
    Layout statisticsLayout = inventory.select(block -> block.role().isStatistic());
    StatisticsEstimate statistics =
        new StatisticsEstimate(statisticsLayout, base(model, statisticsLayout));
    double outputTolerance = trace.path("tolerance").path("output").asDouble();
    double stateTolerance = trace.path("tolerance").path("state").asDouble();
    if (method.optimiser() != null) {
      checkFirstGradients(traces, tag, model, method.trained());
    }
    for (int i = 0; i < traces.batches(); i++) {
      Tensor x = traces.tensor("x" + i);
      MethodStep step = method.step(model, Batch.of(x, i), theta, statistics, MOVING_AVERAGE_KEEP);
      String out = tag + ".out" + i;
      assertThat(step.logits().data())
          .as(out)
          .usingComparatorWithPrecision((float) outputTolerance)
          .containsExactly(traces.tensor(out).data());
      if (!trace.path("losses").get(i).isNull()) {
        double loss = trace.path("losses").get(i).asDouble();
        double tolerance = trace.path("lossTolerance").asDouble() * Math.abs(loss);
        assertThat(step.loss()).as("loss %d", i).isCloseTo(loss, within(tolerance));
      }
      for (JsonNode state : trace.path("state")) {
        String name = tag + ".step" + i + "." + state.asText();
        boolean statistic = state.asText().contains("running");
        float[] found =
            slice(
                statistic ? statistics.layout() : method.trained(),
                state.asText(),
                statistic ? statistics.estimate() : theta);
        assertThat(found)
            .as(name)
            .usingComparatorWithPrecision((float) stateTolerance)
            .containsExactly(traces.tensor(name).data());
      }
    }
  }

  private static MethodConfig config(String tag, JsonNode hyper) {
    JsonNode optimiser = hyper.path("optimizer");
    boolean sgd = optimiser.path("type").asText().equals("SGD");
    String name =
        switch (tag) {
          case "source" -> "source";
          case "bntest" -> "bn-1";
          case "bnalpha" -> "alpha-bn";
          case "bnema" -> "bn-ema";
          default -> "tent";
        };
    double rate = optimiser.path("lr").asDouble();
    OptimiserConfig rule =
        sgd
            ? OptimiserConfig.sgd(
                rate, optimiser.path("momentum").asDouble(), optimiser.path("nesterov").asBoolean())
            : rate == 0 ? null : OptimiserConfig.adam(rate);
    Map<String, Double> constants =
        name.equals("alpha-bn") ? Map.of("alpha", hyper.path("alpha").asDouble()) : Map.of();
    return new MethodConfig(name, rule, constants, List.of(), MemoryConfig.NONE, SourceConfig.NONE);
  }

  private static void checkFirstGradients(
      Traces traces, String tag, AdaptableModel model, Layout trained) {
    Tensor x = traces.tensor("x0");
    double[] weights = new double[x.rows()];
    Arrays.fill(weights, 1);
    model.train(trained.blocks());
    try (Tape tape = model.forward(x, NormMode.BATCH, true)) {
      float[] dLogits = new float[tape.logits().data().length];
      float[] dFeatures = new float[tape.features().data().length];
      new Entropy().evaluate(new Pass(tape.logits(), tape.features(), weights), dLogits, dFeatures);
      tape.backward(dLogits, dFeatures);
      double tolerance = traces.trace(tag).path("tolerance").path("grad").asDouble();
      for (Block block : trained.blocks()) {
        float[] gradient = new float[block.size()];
        tape.gradient(block, gradient);
        assertThat(gradient)
            .as("first gradient of %s", block.name())
            .usingComparatorWithPrecision((float) tolerance)
            .containsExactly(traces.tensor(tag + ".grad0." + block.name()).data());
      }
    }
  }

  private static float[] base(AdaptableModel model, Layout layout) {
    float[] all = new float[layout.size()];
    for (Block block : layout.blocks()) {
      float[] floats = new float[block.size()];
      model.readBase(block, floats);
      System.arraycopy(floats, 0, all, layout.offset(block), floats.length);
    }
    return all;
  }

  private static float[] slice(Layout layout, String name, float[] values) {
    Block block =
        layout.blocks().stream().filter(b -> b.name().equals(name)).findFirst().orElseThrow();
    int from = layout.offset(block);
    return Arrays.copyOfRange(values, from, from + block.size());
  }
}
