package dev.meander.bench;

import dev.meander.app.GlyphModel;
import dev.meander.core.model.ModelProvider;
import dev.meander.core.model.ModelSource;
import dev.meander.core.tensor.Sample;
import dev.meander.replay.data.DataSet;
import dev.meander.replay.data.GlyphDataSet;
import dev.meander.replay.scenario.DriftSample;
import dev.meander.replay.scenario.DriftStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The canonical workload, {@code meander bench}: TENT on drifting glyphs, once as a bare learner
 * loop and once inside the topology on the embedded broker, with the same samples, batches and
 * model. Prints samples per second of both and their ratio. Both are measured between the version
 * after the warm-up and the last one.
 */
public final class Canonical {

  /** Steps before the clock starts: the engine profiles and compiles during the first ones. */
  static final int WARM_UP_STEPS = 16;

  /** Steps that are measured. */
  static final int STEPS = 96;

  private static final long SEED = 1;

  private Canonical() {}

  /**
   * Runs the workload and prints three lines.
   *
   * @param arguments none, or {@code lineages [N]}, {@code soak} or {@code restart} for {@link
   *     Lineages}, {@code steps} for {@link StepSpeed}
   */
  public static void main(String[] arguments) throws Exception {
    Path folder = Files.createTempDirectory("meander-bench");
    PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    try {
      Lineages lineages = new Lineages(folder, out, System::nanoTime);
      switch (arguments.length == 0 ? "canonical" : arguments[0]) {
        case "canonical" -> run(folder, out);
        case "lineages" ->
            lineages.cost(arguments.length > 1 ? Integer.parseInt(arguments[1]) : Lineages.MANY);
        case "soak" -> lineages.soak();
        case "restart" -> lineages.restart();
        case "steps" -> StepSpeed.run(List.of(arguments).subList(1, arguments.length), out);
        default ->
            throw new IllegalArgumentException(
                "expected lineages, soak, restart, steps or nothing, found " + arguments[0]);
      }
    } finally {
      Folders.delete(folder);
    }
    System.exit(0);
  }

  private static void run(Path folder, PrintWriter out) throws IOException, InterruptedException {
    int count = (WARM_UP_STEPS + STEPS) * Workload.BATCH;
    DataSet glyphs = new GlyphDataSet(GlyphDataSet.Part.TEST, SEED, count);
    ModelSource source =
        new ModelSource(GlyphModel.NAME, GlyphModel.unpack(folder), 1, glyphs.inputShape());
    ModelProvider provider = ModelProvider.forSource(source);
    Workload workload = new Workload(source, provider, samples(glyphs, count), System::nanoTime);
    double bare = workload.bareLoop();
    double inTopology = workload.inTopology(folder);
    out.printf(Locale.ROOT, "bare learner loop      %8.0f samples/s%n", bare);
    out.printf(Locale.ROOT, "inside the topology    %8.0f samples/s%n", inTopology);
    out.printf(Locale.ROOT, "ratio                  %8.2f%n", inTopology / bare);
  }

  private static List<Sample> samples(DataSet glyphs, int count) {
    List<Sample> samples = new ArrayList<>(count);
    for (DriftSample drift : DriftStream.standard(glyphs, count, SEED)) {
      samples.add(
          new Sample(
              "bench-" + drift.index(),
              drift.index(),
              drift.image(),
              new float[0],
              1,
              drift.index()));
    }
    return samples;
  }
}
