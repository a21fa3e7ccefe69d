package dev.meander.replay.evaluate;

import dev.meander.core.model.FakeProvider;
import dev.meander.core.model.ModelSource;
import dev.meander.core.weights.LineageId;
import dev.meander.replay.scenario.Scenario;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** An evaluation of a fake model over shifted inputs. */
@SuppressWarnings("NullAway.Init") // set before each test
abstract class EvaluationFixture {

  static final LineageId LINEAGE = new LineageId("fake", LineageId.GLOBAL);

  @TempDir Path folder;

  final FakeProvider provider = new FakeProvider();
  private final AtomicLong clock = new AtomicLong();
  ModelSource source;
  ShiftedDomains domains;

  /** Counts what it is told, and may stop. */
  static final class Counting implements EvaluationProgress {

    int runs;
    int kept;
    int finished;
    long samples;
    long stopAfter = Long.MAX_VALUE;

    @Override
    public void begin(int runs, int kept, long samples) {
      this.runs = runs;
      this.kept = kept;
    }

    @Override
    public synchronized void advanced(int count) {
      samples += count;
      if (samples > stopAfter) {
        throw new IllegalStateException("stopped");
      }
    }

    @Override
    public synchronized void finished(RunResult result) {
      finished++;
    }
  }

  @BeforeEach
  void open() {
    Path file = FakeProvider.write(folder.resolve("m.fake"), ShiftedDomains.CLASSES, 1);
    source = new ModelSource("fake", file, 1, ShiftedDomains.SHAPE);
    domains = new ShiftedDomains(provider.open(source), 90);
  }

  static EvaluationConfig config(List<String> methods, Scenario... scenarios) {
    return new EvaluationConfig(
        methods, List.of(scenarios), List.of(1L), 2, 20, 1_000, false, Map.of());
  }

  EvaluationReport evaluate(EvaluationConfig config, String out, int threads)
      throws InterruptedException {
    return evaluate(config, out, threads, new Counting());
  }

  EvaluationReport evaluate(
      EvaluationConfig config, String out, int threads, EvaluationProgress progress)
      throws InterruptedException {
    return new Evaluation(config, domains, provider, source, () -> clock.addAndGet(1_000_000))
        .run(folder.resolve(out), threads, progress);
  }
}
