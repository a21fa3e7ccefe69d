package dev.meander.app.parity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.meander.core.augment.Augmentation;
import dev.meander.core.method.SourceBatches;
import dev.meander.core.model.ModelSource;
import dev.meander.core.tensor.LabelledBatch;
import dev.meander.core.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** One folder of golden traces: {@code golden.json}, its numbers and its network. */
final class GoldenSet {

  private static final String DESCRIPTION = "golden.json";

  private final Path folder;
  private final JsonNode description;
  private final NumberFile numbers;

  private GoldenSet(Path folder, JsonNode description, NumberFile numbers) {
    this.folder = folder;
    this.description = description;
    this.numbers = numbers;
  }

  /**
   * Every set in a folder and the folders in it.
   *
   * @throws TraceRefusedException when there is none, or one cannot be read
   */
  static List<GoldenSet> all(Path folder) {
    try (Stream<Path> files = Files.walk(folder, 2)) {
      List<GoldenSet> sets =
          files
              .filter(file -> file.endsWith(DESCRIPTION))
              .sorted()
              .map(file -> read(file.resolveSibling("")))
              .toList();
      if (sets.isEmpty()) {
        throw new TraceRefusedException(
            "expected " + DESCRIPTION + " in " + folder + " or a folder of it, found none");
      }
      return sets;
    } catch (IOException e) {
      throw new TraceRefusedException("cannot read " + folder + ": " + e.getMessage(), e);
    }
  }

  private static GoldenSet read(Path folder) {
    Path file = folder.resolve(DESCRIPTION);
    try {
      JsonNode description = new ObjectMapper().readTree(file.toFile());
      String numbers = description.path("tensors").asText();
      if (!description.path("traces").isArray() || numbers.isEmpty()) {
        throw new TraceRefusedException("expected traces and tensors in " + file + ", found none");
      }
      return new GoldenSet(folder, description, NumberFile.read(folder.resolve(numbers)));
    } catch (IOException e) {
      throw new TraceRefusedException("cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  String name() {
    return String.valueOf(folder.getFileName());
  }

  JsonNode description() {
    return description;
  }

  NumberFile numbers() {
    return numbers;
  }

  /** The network, for one engine thread. */
  ModelSource network() {
    JsonNode network = description.path("network");
    JsonNode input = network.path("input");
    int[] shape = new int[Math.max(0, input.size() - 1)];
    Arrays.setAll(shape, i -> input.get(i + 1).asInt());
    Path file = folder.resolve(network.path("torchscript").asText());
    return new ModelSource("golden", file, 1, shape).inOrderOfShape();
  }

  List<JsonNode> traces() {
    List<JsonNode> traces = new ArrayList<>();
    description.path("traces").forEach(traces::add);
    return traces;
  }

  /** The source batches with their labels, in order. */
  SourceBatches source() {
    List<LabelledBatch> batches = new ArrayList<>();
    for (JsonNode pair : description.path("source_batches")) {
      Tensor labels = numbers.get(pair.path(1).asText());
      int[] classes = new int[labels.data().length];
      Arrays.setAll(classes, i -> Math.round(labels.data()[i]));
      batches.add(new LabelledBatch(numbers.get(pair.path(0).asText()), classes));
    }
    return new SourceBatches(batches);
  }

  /** The fixed view that stands for random augmentation. */
  Augmentation augmentation() {
    JsonNode view = description.path("augmentation");
    String type = view.path("type").asText();
    if (!type.equals("flip_scale_clip")) {
      throw new TraceRefusedException(
          "expected the augmentation flip_scale_clip, found \"" + type + "\"");
    }
    return TraceViews.flipped(view, view.path("flip_axis").asText());
  }
}
