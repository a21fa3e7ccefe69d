package dev.meander.app.doctor;

import dev.meander.core.method.MethodConfig;
import dev.meander.core.method.MethodNeeds;
import dev.meander.core.method.Methods;
import dev.meander.core.method.Need;
import dev.meander.core.model.AdaptableModel;
import dev.meander.core.model.ModelProvider;
import dev.meander.core.model.ModelRefusedException;
import dev.meander.core.model.ModelSource;
import dev.meander.core.model.ModelSpec;
import dev.meander.core.model.NormMode;
import dev.meander.core.model.Tape;
import dev.meander.core.tensor.Tensor;
import dev.meander.core.weights.Block;
import dev.meander.core.weights.Role;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What a model file was found to be, in some ten lines: its parts, what fits it, an answer. */
public final class ModelReport {

  private static final long SEED = 1;
  private static final int SHOWN = 5;

  private ModelReport() {}

  /** Opens the file of {@code source} and says what it is, or why it cannot be used. */
  public static List<Finding> of(ModelSource source) {
    try {
      return opened(source);
    } catch (ModelRefusedException e) {
      return List.of(refused(e));
    }
  }

  /**
   * What the file of {@code source} is.
   *
   * @throws ModelRefusedException when it cannot be used
   */
  static List<Finding> opened(ModelSource source) {
    try (AdaptableModel model = ModelProvider.forSource(source).open(source)) {
      List<Finding> findings = new ArrayList<>(parts(source, model.spec()));
      findings.addAll(methods(model.spec()));
      findings.add(Finding.ok("sample answer", answer(model)));
      return List.copyOf(findings);
    }
  }

  static Finding refused(ModelRefusedException e) {
    return Finding.fail(
        "model",
        String.valueOf(e.getMessage()),
        "correct model.file, model.input.shape or the model");
  }

  /** What the model consists of. */
  static List<Finding> parts(ModelSource source, ModelSpec spec) {
    List<Block> blocks = spec.inventory().blocks();
    long floats =
        blocks.stream().filter(block -> !block.role().isStatistic()).mapToLong(Block::size).sum();
    List<Finding> parts = new ArrayList<>();
    parts.add(Finding.ok("model", "%s, %s".formatted(source.file(), spec.engine())));
    parts.add(
        Finding.ok(
            "shapes",
            String.format(
                Locale.ROOT,
                "inputs [b, %s, logits [b, %d], %,d weights in %d blocks",
                Arrays.toString(spec.inputShape()).substring(1),
                spec.classes(),
                floats,
                blocks.size())));
    parts.add(Finding.ok("norms", norms(spec)));
    if (!spec.fixedNorms().isEmpty()) {
      parts.add(
          Finding.warn(
              "norms that stay",
              counted(spec.fixedNorms().size(), "batch norm")
                  + " served as exported, which no method can set: "
                  + first(spec.fixedNorms()),
              "torch.nn.BatchNorm layers with running statistics can be set"));
    }
    parts.add(Finding.ok("features", features(spec)));
    parts.add(Finding.ok("head", head(blocks)));
    return parts;
  }

  private static String norms(ModelSpec spec) {
    long steered = count(spec, Role.RUNNING_MEAN);
    long gains = count(spec, Role.GAIN);
    return (steered == 0 ? "no batch norm" : counted(steered, "batch norm"))
        + " with statistics that can be set, "
        + (gains == 0 ? "no norm" : counted(gains, "norm"))
        + " of any kind with a gain to train";
  }

  private static String features(ModelSpec spec) {
    return spec.hasFeatures()
        ? "width " + spec.featureWidth() + ", the input of the last layer"
        : "none: no layer whose input could be them was found";
  }

  private static String head(List<Block> blocks) {
    List<String> names =
        blocks.stream()
            .filter(block -> block.role() == Role.HEAD_WEIGHT || block.role() == Role.HEAD_BIAS)
            .map(block -> block.name() + " " + Arrays.toString(block.shape()))
            .toList();
    return names.isEmpty()
        ? "none: the logits are not features times a weight plus a bias"
        : "linear, " + String.join(" and ", names);
  }

  /** Methods that fit, and for the others what each misses first. */
  static List<Finding> methods(ModelSpec spec) {
    List<String> fitting = new ArrayList<>();
    Map<Need, List<String>> missing = new TreeMap<>();
    for (String name : Methods.names()) {
      var needs = MethodNeeds.missing(MethodConfig.named(name), spec, true);
      if (needs.isEmpty()) {
        fitting.add(name);
      } else {
        missing.computeIfAbsent(needs.iterator().next(), need -> new ArrayList<>()).add(name);
      }
    }
    List<Finding> findings = new ArrayList<>();
    findings.add(Finding.ok("methods that fit", String.join(", ", fitting)));
    if (!missing.isEmpty()) {
      findings.add(
          Finding.ok(
              "methods that do not",
              missing.entrySet().stream()
                  .map(e -> String.join(", ", e.getValue()) + " (no " + e.getKey().words() + ")")
                  .collect(Collectors.joining("; "))));
    }
    return findings;
  }

  /** The largest logits for one seeded input of uniform numbers of 0 to 1. */
  private static String answer(AdaptableModel model) {
    int[] inputShape = model.spec().inputShape();
    int[] shape = new int[inputShape.length + 1];
    shape[0] = 1;
    System.arraycopy(inputShape, 0, shape, 1, inputShape.length);
    float[] data = new float[model.spec().inputSize()];
    SplittableRandom random = new SplittableRandom(SEED);
    for (int i = 0; i < data.length; i++) {
      data[i] = (float) random.nextDouble();
    }
    try (Tape tape = model.forward(new Tensor(data, shape), NormMode.SOURCE, false)) {
      return answer(tape.logits().data());
    }
  }

  static String answer(float[] logits) {
    List<Integer> order = new ArrayList<>();
    boolean finite = true;
    for (int c = 0; c < logits.length; c++) {
      order.add(c);
      finite &= Float.isFinite(logits[c]);
    }
    order.sort((a, b) -> Float.compare(logits[b], logits[a]));
    String largest =
        order.stream()
            .limit(SHOWN)
            .map(c -> String.format(Locale.ROOT, "class %d %.4f", c, logits[c]))
            .collect(Collectors.joining(", "));
    return "to seeded noise of 0 to 1: " + largest + (finite ? "" : "; not all are finite");
  }

  private static String first(List<String> names) {
    String shown = names.stream().limit(SHOWN).collect(Collectors.joining(", "));
    return names.size() > SHOWN ? shown + " and " + (names.size() - SHOWN) + " more" : shown;
  }

  private static String counted(long number, String what) {
    return number + " " + what + (number == 1 ? "" : "s");
  }

  private static long count(ModelSpec spec, Role role) {
    return spec.inventory().blocks().stream().filter(block -> block.role() == role).count();
  }
}
