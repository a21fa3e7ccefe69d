package dev.meander.app.parity;

import com.fasterxml.jackson.databind.JsonNode;
import dev.meander.core.math.Softmax;
import dev.meander.core.memory.Window;
import dev.meander.core.method.Batch;
import dev.meander.core.method.Method;
import dev.meander.core.method.MethodConfig;
import dev.meander.core.method.MethodStep;
import dev.meander.core.model.AdaptableModel;
import dev.meander.core.normalise.StatisticsEstimate;
import dev.meander.core.tensor.Tensor;
import dev.meander.core.weights.Block;
import dev.meander.core.weights.Layout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Follows one trace with the real method and compares every recorded number. */
final class TraceRun {

  private static final Pattern ROWS = Pattern.compile("rows (\\d+)\\.\\.(\\d+) of (\\w+)");
  private static final Pattern WIDE_BOUND = Pattern.compile("wide bound \\(([0-9.e-]+)\\)");

  private final GoldenSet set;
  private final JsonNode trace;
  private final String tag;
  private final AdaptableModel model;
  private final Method method;
  private final float[] theta;
  private final StatisticsEstimate statistics;
  private final Deviations deviations;
  private final double keep;
  private final double wideBound;
  private int gradients;
  private long used;

  private TraceRun(GoldenSet set, JsonNode trace, AdaptableModel model) {
    this.set = set;
    this.trace = trace;
    this.tag = trace.path("tag").asText();
    this.model = model;
    this.deviations = new Deviations(set.name(), tag);
    MethodConfig config = TraceConfig.of(trace, TraceViews.of(trace, set));
    this.method = new Method(config, model, set.source(), 0);
    if (trace.has("draws")) {
      method.drawFrom(new RecordedDraws(set.numbers().get(trace.path("draws").asText()).data()));
    }
    this.theta = base(method.trained());
    Layout layout = model.spec().inventory().select(block -> block.role().isStatistic());
    this.statistics = new StatisticsEstimate(layout, base(layout));
    this.wideBound = wideBound(trace.path("note").asText());
    this.keep = 1 - trace.path("hyper").path("bn_momentum").asDouble(0.1);
  }

  /**
   * @param model at the base weights
   * @throws TraceRefusedException when the trace is not one that can be followed
   */
  static List<Deviation> follow(GoldenSet set, JsonNode trace, AdaptableModel model) {
    TraceRun run = new TraceRun(set, trace, model);
    run.start();
    if (trace.path("batches").isArray()) {
      run.batches();
    } else {
      run.window();
    }
    return run.deviations.all();
  }

  private float[] base(Layout layout) {
    float[] all = new float[layout.size()];
    for (Block block : layout.blocks()) {
      float[] floats = new float[block.size()];
      model.readBase(block, floats);
      System.arraycopy(floats, 0, all, layout.offset(block), floats.length);
    }
    return all;
  }

  /** Puts recorded starting values of a method's own parts into its state. */
  private void start() {
    method
        .state()
        .floats()
        .forEach(
            (name, values) -> {
              if (name.matches("projector\\.\\d+\\.(weight|bias)")) {
                fill(values, set.numbers().get(tag + ".projector_init." + name.substring(10)));
              } else if (name.equals("queue-features")) {
                fill(values, transposed(set.numbers().get(tag + ".mem_feat_init")));
              } else if (name.equals("queue-labels")) {
                fill(values, set.numbers().get(tag + ".mem_labels_init"));
              }
            });
  }

  private void fill(float[] into, Tensor from) {
    if (into.length != from.data().length) {
      throw new TraceRefusedException(
          "expected "
              + into.length
              + " starting values in "
              + tag
              + ", found "
              + from.data().length);
    }
    System.arraycopy(from.data(), 0, into, 0, into.length);
  }

  private static Tensor transposed(Tensor matrix) {
    int rows = matrix.rows();
    int columns = matrix.rowSize();
    float[] data = new float[rows * columns];
    for (int i = 0; i < data.length; i++) {
      data[i % columns * rows + i / columns] = matrix.data()[i];
    }
    return new Tensor(data, columns, rows);
  }

  private void batches() {
    method.listen(this::gradient);
    JsonNode batches = trace.path("batches");
    for (int i = 0; i < batches.size(); i++) {
      Tensor x = set.numbers().get(batches.get(i).asText());
      MethodStep step = method.step(model, Batch.of(x, i), theta, statistics, keep);
      method.listen((part, gradient) -> {});
      used += step.adapted();
      String output = trace.path("output").path("tensors").path(i).asText();
      deviations.compare(
          "output", output(step.logits()), set.numbers().get(output).data(), tolerance("output"));
      losses(step, trace.path("losses").path(i));
      states(i);
      counts(trace.path("scalars_after_step").path(i));
    }
  }

  /** Samples one at a time through a ring that the method sees as its batch. */
  private void window() {
    Matcher rows = ROWS.matcher(trace.path("samples").asText());
    int size = trace.path("hyper").path("window").asInt();
    if (!rows.find() || size < 1) {
      throw new TraceRefusedException(
          "expected batches, or samples written rows A..B of TENSOR and a window");
    }
    Tensor samples = set.numbers().get(rows.group(3));
    int first = Integer.parseInt(rows.group(1));
    int count = Integer.parseInt(rows.group(2)) - first + 1;
    Window window = new Window(size, model.spec().inputShape());
    float[] outputs = new float[count * model.spec().classes()];
    SplittableRandom unused = new SplittableRandom(0);
    for (int i = 0, steps = 0; i < count; i++) {
      window.offer(samples.row(first + i), 0, 0, unused);
      Tensor x = window.content().x();
      Tensor logits;
      if (window.lastRow() == size - 1) {
        logits = method.step(model, Batch.of(x, steps++), theta, statistics, keep).logits();
      } else {
        logits = method.predict(model, x, theta, statistics);
      }
      float[] row = logits.row(window.lastRow());
      System.arraycopy(row, 0, outputs, i * row.length, row.length);
    }
    String output = trace.path("output").path("tensors").path(0).asText();
    deviations.compare("output", outputs, set.numbers().get(output).data(), tolerance("output"));
    JsonNode end = trace.path("state_at_end");
    for (JsonNode name : end.path("names")) {
      String tensor = end.path("pattern").asText().replace("{name}", name.asText());
      deviations.compare(
          "student " + name.asText(),
          slice(method.trained(), name.asText(), theta),
          set.numbers().get(tensor).data(),
          tolerance("state"));
    }
  }

  /**
   * The trace's own tolerance, or the wider one that its note gives for a computation in which
   * rounding grows.
   */
  private double tolerance(String what) {
    double own = trace.path("tolerance").path("suggested_abs").path(what).asDouble(1e-5);
    return what.equals("grad") ? own : Math.max(wideBound, own);
  }

  private static double wideBound(String note) {
    Matcher bound = WIDE_BOUND.matcher(note);
    return bound.find() ? Double.parseDouble(bound.group(1)) : 0;
  }

  private float[] output(Tensor logits) {
    if (!trace.path("output").path("kind").asText().startsWith("probabilities")) {
      return logits.data();
    }
    float[] probabilities = new float[logits.data().length];
    Softmax.softmax(logits.data(), logits.rows(), logits.rowSize(), probabilities);
    return probabilities;
  }

  private void losses(MethodStep step, JsonNode expected) {
    double tolerance =
        Math.max(wideBound, trace.path("tolerance").path("suggested_rel_loss").asDouble(1e-5));
    for (int i = 0; i < Math.max(expected.size(), step.losses().size()); i++) {
      double found = i < step.losses().size() ? step.losses().get(i) : Double.POSITIVE_INFINITY;
      JsonNode value = expected.path(i);
      double wanted =
          value.isMissingNode()
              ? Double.NEGATIVE_INFINITY
              : value.isNull() ? Double.NaN : value.asDouble();
      deviations.compareRelative("loss " + i, found, wanted, tolerance);
    }
  }

  private void counts(JsonNode scalars) {
    if (scalars.has("used_cumulative")) {
      deviations.compareRelative(
          "used samples", used, scalars.path("used_cumulative").asDouble(), 0);
    }
  }

  private void states(int step) {
    JsonNode after = trace.path("state_after_step");
    for (Map.Entry<String, JsonNode> group : after.path("pattern").properties()) {
      boolean recorded = false;
      for (JsonNode present : after.path("steps_present").path(group.getKey())) {
        recorded |= present.asInt() == step;
      }
      if (!recorded) {
        continue;
      }
      for (JsonNode name : after.path("names").path(group.getKey())) {
        String tensor =
            group
                .getValue()
                .asText()
                .replace("{i}", String.valueOf(step))
                .replace("{name}", name.asText());
        deviations.compare(
            group.getKey() + " " + name.asText(),
            state(group.getKey(), name.asText()),
            set.numbers().get(tensor).data(),
            tolerance("state"));
      }
    }
  }

  /** What the method holds under the name that the trace gives it. */
  private float[] state(String group, String name) {
    Map<String, float[]> parts = method.state().floats();
    boolean statistic = name.contains("running_");
    switch (group) {
      case "student" -> {
        float[] own = parts.get("student-statistics");
        return statistic
            ? slice(statistics.layout(), name, own == null ? statistics.estimate() : own)
            : slice(method.trained(), name, theta);
      }
      case "projector", "state" -> {
        String part = group.equals("projector") ? "projector." + name : name.replace('_', '-');
        double[] doubles = method.state().doubles().get(part);
        return doubles == null ? part(parts, part) : floats(doubles);
      }
      default -> {
        return statistic
            ? slice(statistics.layout(), name, part(parts, group + "-statistics"))
            : slice(method.trained(), name, part(parts, group));
      }
    }
  }

  private static float[] floats(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }

  private float[] part(Map<String, float[]> parts, String name) {
    float[] values = parts.get(name);
    if (values == null) {
      throw new TraceRefusedException(
          "expected one of the parts " + parts.keySet() + " in " + tag + ", found " + name);
    }
    return values;
  }

  /** The block's floats; those of the base model where the method does not train it. */
  private float[] slice(Layout layout, String name, float[] values) {
    @Nullable Block block = find(layout, name);
    if (block != null) {
      int from = layout.offset(block);
      return Arrays.copyOfRange(values, from, from + block.size());
    }
    Block untrained = find(model.spec().inventory(), name);
    if (untrained == null) {
      throw new TraceRefusedException("expected a block of the network, found " + name);
    }
    float[] floats = new float[untrained.size()];
    model.readBase(untrained, floats);
    return floats;
  }

  private static @Nullable Block find(Layout layout, String name) {
    return layout.blocks().stream().filter(b -> b.name().equals(name)).findFirst().orElse(null);
  }

  /** Compares a gradient of the first batch. */
  private void gradient(String part, float[] gradient) {
    JsonNode recorded = trace.path("gradients_of_first_batch");
    boolean own = part.equals("theta");
    List<String> names = new ArrayList<>();
    recorded
        .path("names")
        .path(String.valueOf(gradients))
        .forEach(name -> names.add(name.asText()));
    for (String name : names) {
      boolean fits = own ? find(method.trained(), name) != null : name.equals(part);
      if (fits) {
        String tensor =
            recorded
                .path("pattern")
                .asText()
                .replace("{b}", String.valueOf(gradients))
                .replace("{name}", name);
        deviations.compare(
            "gradient " + gradients + " " + name,
            own ? slice(method.trained(), name, gradient) : gradient,
            set.numbers().get(tensor).data(),
            tolerance("grad"));
      }
    }
    if (own) {
      gradients++;
    }
  }
}
