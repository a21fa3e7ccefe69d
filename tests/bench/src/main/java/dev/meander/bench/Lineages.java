package dev.meander.bench;

import com.sun.management.OperatingSystemMXBean;
import dev.meander.app.GlyphModel;
import dev.meander.core.model.FakeModel;
import dev.meander.core.model.FakeProvider;
import dev.meander.core.model.ModelProvider;
import dev.meander.core.model.ModelSource;
import dev.meander.replay.data.DataSet;
import dev.meander.replay.data.GlyphDataSet;
import dev.meander.streams.AdaptationApplication;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;

/**
 * What many lineages cost. {@code meander bench lineages}: the cost of a sample with one lineage
 * and with 10,000; {@code bench soak}: heap and stores over 224,000 samples of 1,000 lineages;
 * {@code bench restart}: how much longer a start takes when 1,000 lineages are restored.
 */
final class Lineages {

  /** Lineages of {@link #cost} when nothing else is said. */
  static final int MANY = 10_000;

  private static final int BATCH = 8;
  private static final int LIVE_MAX = 1_024;
  private static final int SOAK_LINEAGES = 1_000;
  private static final int SOAK_ROUNDS = 28;
  private static final double MEBIBYTE = 1 << 20;
  private static final OperatingSystemMXBean PROCESS =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

  private final Path folder;
  private final PrintWriter out;
  private final LongSupplier nanoClock;

  Lineages(Path folder, PrintWriter out, LongSupplier nanoClock) {
    this.folder = folder;
    this.out = out;
    this.nanoClock = nanoClock;
  }

  /**
   * Cost of a sample, in time and in processor time of the whole process, which other work on the
   * machine changes less. One lineage takes in a quarter of the samples of the many; the second
   * half of each run is measured, in which every one of the many is restored from the store.
   *
   * @param many lineages of the second run
   */
  void cost(int many) throws IOException {
    Cost one = costPerSample(1, Math.max(2, many / 2));
    Cost all = costPerSample(many, 2);
    out.printf(
        Locale.ROOT,
        "ratio %d to 1 lineages      %8.2f, of processor time %.2f%n",
        many,
        all.micros() / one.micros(),
        all.processorMicros() / one.processorMicros());
  }

  /** Of one sample. */
  private record Cost(double micros, double processorMicros) {}

  private Cost costPerSample(int lineages, int rounds) throws IOException {
    Turns turns = glyphs(lineages, rounds);
    try (TurnsRun run = new TurnsRun(turns);
        PublishTimes times =
            new PublishTimes(run.stack().bootstrap(), run.stack().names().aliases(), nanoClock)) {
      run.produce(0, turns.batch() * turns.rounds());
      try (AdaptationApplication application = run.start("meander-bench")) {
        int half = turns.versions() / 2;
        double samples = (turns.versions() - half) * (double) turns.batch();
        times.await(half, TurnsRun.LIMIT);
        long startNanos = PROCESS.getProcessCpuTime();
        times.await(turns.versions(), TurnsRun.LIMIT);
        double processorMicros = (PROCESS.getProcessCpuTime() - startNanos) / 1e3 / samples;
        double micros = 1e6 * times.seconds(half, turns.versions()) / samples;
        out.printf(
            Locale.ROOT,
            "%5d lineages, batch %d     %8.0f us per sample, %.0f us of processor time, "
                + "%d learners in memory, heap %.0f MB%n",
            lineages,
            turns.batch(),
            micros,
            processorMicros,
            TurnsRun.live(application),
            heapBytes() / MEBIBYTE);
        return new Cost(micros, processorMicros);
      }
    }
  }

  /** Heap and stores after each quarter. */
  void soak() throws IOException {
    int turnsInAll = BATCH * SOAK_ROUNDS;
    Turns turns = fake(SOAK_LINEAGES, SOAK_ROUNDS, 100);
    try (TurnsRun run = new TurnsRun(turns);
        PublishTimes times =
            new PublishTimes(run.stack().bootstrap(), run.stack().names().aliases(), nanoClock);
        AdaptationApplication application = run.start("meander-soak")) {
      application.awaitRunning(TurnsRun.LIMIT);
      for (int quarter = 1; quarter <= 4; quarter++) {
        run.produce(turnsInAll * (quarter - 1) / 4, turnsInAll * quarter / 4);
        times.await(turns.versions() * quarter / 4, TurnsRun.LIMIT);
        out.printf(
            Locale.ROOT,
            "%7d samples  heap %6.1f MB  stores %6.1f MB  %d learners in memory%n",
            turns.samples() * quarter / 4,
            heapBytes() / MEBIBYTE,
            storeBytes(turns.folder().toFile()) / MEBIBYTE,
            TurnsRun.live(application));
      }
    }
  }

  /** Time to RUNNING of an empty start and of one that restores what many lineages left. */
  void restart() throws IOException {
    Turns turns = fake(SOAK_LINEAGES, 4, LIVE_MAX);
    try (TurnsRun run = new TurnsRun(turns);
        PublishTimes times =
            new PublishTimes(run.stack().bootstrap(), run.stack().names().aliases(), nanoClock)) {
      secondsToRun(run, "meander-empty"); // creates its topics and warms the machine up
      double empty = secondsToRun(run, "meander-empty");
      run.produce(0, turns.batch() * turns.rounds() - 1);
      try (AdaptationApplication application = run.start("meander-full")) {
        times.await(turns.versions() - turns.lineages(), TurnsRun.LIMIT);
        if (application.failure().isPresent()) {
          throw new IllegalStateException(application.failure().get());
        }
      }
      double kept = secondsToRun(run, "meander-full");
      Folders.delete(turns.folder().resolve("meander-full"));
      double lost = secondsToRun(run, "meander-full");
      out.printf(Locale.ROOT, "empty start                    %6.2f s to RUNNING%n", empty);
      out.printf(Locale.ROOT, "%d lineages, stores kept     %6.2f s%n", turns.lineages(), kept);
      out.printf(Locale.ROOT, "%d lineages, stores lost     %6.2f s%n", turns.lineages(), lost);
      out.printf(Locale.ROOT, "more than an empty start       %6.2f s%n", lost - empty);
    }
  }

  private double secondsToRun(TurnsRun run, String id) {
    long startNanos = nanoClock.getAsLong();
    try (AdaptationApplication application = run.start(id)) {
      application.awaitRunning(Duration.ofMinutes(2));
      return (nanoClock.getAsLong() - startNanos) / 1e9;
    }
  }

  private Turns glyphs(int lineages, int rounds) throws IOException {
    DataSet glyphs = new GlyphDataSet(GlyphDataSet.Part.TEST, 1, 512);
    List<float[]> inputs = new ArrayList<>();
    for (int i = 0; i < glyphs.size(); i++) {
      float[] image = glyphs.image(i).clone();
      for (int j = 0; j < image.length; j++) {
        image[j] *= 0.7f;
      }
      inputs.add(image);
    }
    Path own = Files.createDirectories(folder.resolve("of-" + lineages));
    ModelSource source =
        new ModelSource(GlyphModel.NAME, GlyphModel.unpack(own), 1, glyphs.inputShape());
    return new Turns(
        source, ModelProvider.forSource(source), inputs, lineages, BATCH, rounds, LIVE_MAX, own);
  }

  private Turns fake(int lineages, int rounds, int liveMax) {
    int[] shape = {3, 8, 8};
    FakeModel model = new FakeModel("fake", shape, 5, 1);
    SplittableRandom random = new SplittableRandom(1);
    List<float[]> inputs = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      float[] input = model.input(i % 5, random, 0.3);
      for (int j = 0; j < input.length; j++) {
        input[j] += 0.5f;
      }
      inputs.add(input);
    }
    Path file = FakeProvider.write(folder.resolve("model.fake"), 5, 1);
    return new Turns(
        new ModelSource("fake", file, 1, shape),
        new FakeProvider(),
        inputs,
        lineages,
        BATCH,
        rounds,
        liveMax,
        folder.resolve("fake"));
  }

  private static long heapBytes() {
    System.gc();
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  /** Sizes of all files; the store may drop some meanwhile. */
  private static long storeBytes(File folder) {
    File[] files = folder.listFiles();
    return files == null
        ? folder.length()
        : Arrays.stream(files).mapToLong(Lineages::storeBytes).sum();
  }
}
