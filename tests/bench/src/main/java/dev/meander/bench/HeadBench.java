package dev.meander.bench;

import dev.meander.core.guard.GuardConfig;
import dev.meander.core.head.HeadFile;
import dev.meander.core.head.HeadFitting;
import dev.meander.core.head.HeadProvider;
import dev.meander.core.learner.Learner;
import dev.meander.core.learner.LearnerConfig;
import dev.meander.core.learner.Step;
import dev.meander.core.method.Batch;
import dev.meander.core.method.Method;
import dev.meander.core.method.MethodConfig;
import dev.meander.core.method.MethodStep;
import dev.meander.core.model.AdaptableModel;
import dev.meander.core.model.ModelSource;
import dev.meander.core.normalise.StatisticsEstimate;
import dev.meander.core.tensor.LabelledBatch;
import dev.meander.core.tensor.Sample;
import dev.meander.core.tensor.Tensor;
import dev.meander.core.weights.Block;
import dev.meander.core.weights.Layout;
import dev.meander.core.weights.LineageId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Time of one step of TENT on a head of 64 features and 10 classes: forward, backward and update
 * alone, and in a learner with its candidate, its guard and its version. Samples a second are the
 * batch over the time. Times are sampled, so that the median tells the step from what else the
 * machine does.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class HeadBench {

  private static final int FEATURES = 64;
  private static final int CLASSES = 10;
  private static final int BATCHES = 16;

  /** Samples of a step. */
  @Param({"64", "200"})
  public int batch;

  /** Rank of the residual. */
  @Param({"0", "8"})
  public int rank;

  private final List<Tensor> inputs = new ArrayList<>();
  private final List<Sample> samples = new ArrayList<>();

  @SuppressWarnings("NullAway.Init") // set by open
  private AdaptableModel model;

  @SuppressWarnings("NullAway.Init") // set by open
  private Method method;

  private float[] theta = {};

  @SuppressWarnings("NullAway.Init") // set by open
  private StatisticsEstimate statistics;

  @SuppressWarnings("NullAway.Init") // set by open
  private Learner learner;

  private long steps;
  private int next;

  /** A head fitted on random clouds, and shifted batches of them. */
  @Setup
  public void open() throws IOException {
    SplittableRandom random = new SplittableRandom(1);
    List<String> names = IntStream.range(0, CLASSES).mapToObj(Integer::toString).toList();
    HeadFile head =
        HeadFitting.fit(clouds(2_000, 0, random), names, HeadFitting.Config.usual(rank, 50, 1));
    Path file = Files.createTempFile("bench", ".safetensors");
    Files.write(file, head.bytes());
    model = new HeadProvider().open(new ModelSource("head", file, 1, new int[] {FEATURES}));
    Files.delete(file);
    for (int i = 0; i < BATCHES; i++) {
      inputs.add(clouds(batch, .5f, random).x());
    }
    for (Tensor x : inputs) {
      for (int row = 0; row < batch; row++) {
        long offset = samples.size();
        samples.add(new Sample("e" + offset, offset, x.row(row), new float[0], 1, offset));
      }
    }
    method = new Method(MethodConfig.named("tent"), model);
    theta = base(method.trained());
    Layout layout = model.spec().inventory().select(block -> block.role().isStatistic());
    statistics = new StatisticsEstimate(layout, base(layout));
    learner =
        new Learner(
            new LineageId("head", LineageId.GLOBAL),
            new LearnerConfig(
                MethodConfig.named("tent"),
                new GuardConfig(1_000),
                batch,
                1,
                Duration.ofDays(365),
                .3,
                .1,
                1,
                1),
            model);
  }

  private static LabelledBatch clouds(int rows, float shift, SplittableRandom random) {
    float[] data = new float[rows * FEATURES];
    int[] labels = new int[rows];
    for (int i = 0; i < rows; i++) {
      labels[i] = random.nextInt(CLASSES);
      for (int j = 0; j < FEATURES; j++) {
        float centre = j % CLASSES == labels[i] ? 1 : 0;
        data[i * FEATURES + j] = centre + shift + (float) random.nextGaussian();
      }
    }
    return new LabelledBatch(new Tensor(data, rows, FEATURES), labels);
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

  /** Forward, backward, update. */
  @Benchmark
  public MethodStep step() {
    Tensor x = inputs.get((int) (steps % BATCHES));
    return method.step(model, Batch.of(x, steps++), theta, statistics, .3);
  }

  /** One batch through a learner, its version included. */
  @Benchmark
  public List<Step> learn() {
    List<Step> made = List.of();
    for (int row = 0; row < batch; row++) {
      made = learner.offer(samples.get(next++ % samples.size()), model);
    }
    return made;
  }

  /** Frees the model. */
  @TearDown
  public void close() {
    model.close();
  }
}
