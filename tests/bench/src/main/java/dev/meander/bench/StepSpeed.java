package dev.meander.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.meander.core.augment.Augmentation;
import dev.meander.core.memory.MemoryConfig;
import dev.meander.core.method.Batch;
import dev.meander.core.method.Method;
import dev.meander.core.method.MethodConfig;
import dev.meander.core.method.SourceConfig;
import dev.meander.core.model.AdaptableModel;
import dev.meander.core.model.ModelProvider;
import dev.meander.core.model.ModelSource;
import dev.meander.core.model.NormMode;
import dev.meander.core.normalise.StatisticsEstimate;
import dev.meander.core.tensor.Tensor;
import dev.meander.core.weights.Block;
import dev.meander.core.weights.Layout;
import dev.meander.replay.data.CifarDataSet;
import dev.meander.replay.data.DataSet;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a step of a method costs on a CIFAR ResNet-20, forward and step apart: the least processor
 * time of one engine thread over several repetitions, which other load on the machine disturbs
 * little. Beside it the floating-point operations of the convolutions a second and what the engine
 * reaches in a product of square matrices.
 *
 * <p>{@code eager.py} beside this module's sources measures the same steps in eager PyTorch, in the
 * same way. Augmentations are left out in both, where the line says {@code no views}.
 *
 * <p>Arguments: the data pack's folder, then batch sizes, 64 and 200 by default.
 */
final class StepSpeed {

  /** Multiplications and additions of one image: 40.55 million each, from the network's shapes. */
  private static final double IMAGE_GFLOP = 2 * 40_551_040 / 1e9;

  private static final int MATRIX = 1024;
  private static final int WARM_UP = 3;
  private static final int REPETITIONS = 12;
  private static final Augmentation SAME = (x, random) -> x;

  /**
   * A method to time.
   *
   * @param label printed
   * @param passes what its convolutions cost, in forward passes: a pass back to the inputs counts
   *     one, to the inputs and the kernels two
   * @param keptPasses the same, of the samples alone that it learns from
   */
  private record Case(
      String label,
      String method,
      Map<String, Double> constants,
      boolean views,
      int passes,
      int keptPasses) {}

  /**
   * @param seconds of one step
   * @param passes what it cost
   */
  private record Cost(double seconds, double passes) {}

  private static final List<Case> CASES =
      List.of(
          new Case("tent", "tent", Map.of(), true, 2, 0),
          new Case("rmt-source-free, no views", "rmt-source-free", Map.of(), false, 7, 0),
          new Case("rmt-source-free", "rmt-source-free", Map.of(), true, 7, 0),
          new Case("roid, no views", "roid", Map.of(), false, 2, 2),
          new Case("roid", "roid", Map.of(), true, 2, 2),
          new Case(
              "cotta, anchor sure",
              "cotta",
              Map.of("aug-if-anchor-confidence-below", 0.0),
              true,
              5,
              0),
          new Case(
              "cotta, 32 views",
              "cotta",
              Map.of("aug-if-anchor-confidence-below", 2.0),
              true,
              36,
              0));

  private final AdaptableModel model;
  private final DataSet images;
  private final PrintWriter out;
  private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();

  private StepSpeed(AdaptableModel model, DataSet images, PrintWriter out) {
    this.model = model;
    this.images = images;
    this.out = out;
  }

  /**
   * Times every method at every batch size and prints a line for each.
   *
   * @param arguments the data pack's folder and batch sizes; each may be left out
   */
  static void run(List<String> arguments, PrintWriter out) {
    Path pack = Path.of(arguments.isEmpty() ? "../shared/data" : arguments.get(0));
    List<String> sizes =
        arguments.size() > 1 ? arguments.subList(1, arguments.size()) : List.of("64", "200");
    DataSet images = CifarDataSet.open(CifarDataSet.Format.CIFAR_10, pack.resolve("cifar10"));
    Path file = pack.resolve("models").resolve("resnet20.pt");
    ModelSource source = new ModelSource("resnet20", file, 1, images.inputShape());
    try (AdaptableModel model = ModelProvider.forSource(source).open(source)) {
      StepSpeed speed = new StepSpeed(model, images, out);
      out.printf(Locale.ROOT, "product of matrices of %d  %.1f GFLOP/s%n", MATRIX, speed.peak());
      sizes.forEach(size -> speed.run(Integer.parseInt(size)));
    }
  }

  private void run(int size) {
    Tensor x = batch(size);
    double forward = least(() -> model.forward(x, NormMode.BATCH, false).close());
    out.printf(
        Locale.ROOT,
        "batch %d  forward  %.0f ms  %.1f GFLOP/s%n",
        size,
        1e3 * forward,
        size * IMAGE_GFLOP / forward);
    for (Case method : CASES) {
      Cost step = step(method, x);
      out.printf(
          Locale.ROOT,
          "batch %d  %s  %.0f ms  %.1f GFLOP/s%n",
          size,
          method.label(),
          1e3 * step.seconds(),
          size * step.passes() * IMAGE_GFLOP / step.seconds());
    }
  }

  private Tensor batch(int size) {
    int pixels = images.image(0).length;
    float[] all = new float[size * pixels];
    for (int i = 0; i < size; i++) {
      System.arraycopy(images.image(i), 0, all, i * pixels, pixels);
    }
    int[] shape = images.inputShape();
    return new Tensor(all, size, shape[0], shape[1], shape[2]);
  }

  private Cost step(Case timed, Tensor x) {
    List<Augmentation> views = timed.views() ? List.of() : List.of(SAME);
    MethodConfig config =
        new MethodConfig(
            timed.method(), null, timed.constants(), views, MemoryConfig.NONE, SourceConfig.NONE);
    Method method = new Method(config, model);
    float[] theta = base(method.trained());
    Layout statistics = model.spec().inventory().select(block -> block.role().isStatistic());
    StatisticsEstimate estimate = new StatisticsEstimate(statistics, base(statistics));
    long[] steps = {0};
    int[] kept = {0};
    double seconds =
        least(
            () -> {
              Batch batch = Batch.of(x, steps[0]++);
              kept[0] = method.step(model, batch, theta, estimate, 0.9).adapted();
            });
    double share = (double) kept[0] / x.rows();
    return new Cost(seconds, timed.passes() + share * timed.keptPasses());
  }

  private float[] base(Layout layout) {
    float[] values = new float[layout.size()];
    for (Block block : layout.blocks()) {
      float[] floats = new float[block.size()];
      model.readBase(block, floats);
      System.arraycopy(floats, 0, values, layout.offset(block), floats.length);
    }
    return values;
  }

  private double least(Runnable work) {
    for (int i = 0; i < WARM_UP; i++) {
      work.run();
    }
    long least = Long.MAX_VALUE;
    for (int i = 0; i < REPETITIONS; i++) {
      long before = threads.getCurrentThreadCpuTime();
      work.run();
      least = Math.min(least, threads.getCurrentThreadCpuTime() - before);
    }
    return least / 1e9;
  }

  private double peak() {
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray one = manager.randomUniform(0, 1, new Shape(MATRIX, MATRIX));
      NDArray other = manager.randomUniform(0, 1, new Shape(MATRIX, MATRIX));
      double seconds = least(() -> one.matMul(other).close());
      return 2.0 * MATRIX * MATRIX * MATRIX / seconds / 1e9;
    }
  }
}
