package dev.meander.app.command;

import dev.meander.app.demo.DemoProgress;
import dev.meander.replay.evaluate.EvaluationProgress;
import dev.meander.replay.evaluate.RunResult;
import java.io.PrintWriter;
import java.util.Locale;
import picocli.CommandLine.Model.CommandSpec;

/**
 * An evaluation's progress on standard error: a bar with the time left on a terminal, plain lines
 * elsewhere, and one line for every finished run. Thread-safety: safe.
 */
final class EvaluationLines implements EvaluationProgress, AutoCloseable {

  private final DemoProgress progress;
  private final PrintWriter lines;
  private final Runnable checkOpen;

  EvaluationLines(DemoProgress progress, PrintWriter lines, Runnable checkOpen) {
    this.progress = progress;
    this.lines = lines;
    this.checkOpen = checkOpen;
  }

  /**
   * @param checkOpen throws when the process was told to stop
   */
  static EvaluationLines of(CommandSpec spec, Runnable checkOpen) {
    PrintWriter err = spec.commandLine().getErr();
    return new EvaluationLines(
        System.console() == null ? new PlainProgress(err) : new BarProgress(), err, checkOpen);
  }

  @Override
  public void begin(int runs, int kept, long samples) {
    if (kept > 0) {
      lines.println(kept + " runs are there already");
    }
    lines.flush();
    if (runs > 0) {
      progress.stage("evaluate " + runs + " runs", (int) Math.min(Integer.MAX_VALUE, samples));
    }
  }

  @Override
  public void advanced(int samples) {
    checkOpen.run();
    progress.advance(samples);
  }

  @Override
  public synchronized void finished(RunResult run) {
    lines.println(
        String.format(
            Locale.ROOT,
            "%s, %s, seed %d: online %.2f %%, served %.2f %%",
            run.method(),
            run.scenario(),
            run.seed(),
            run.meanError(),
            run.meanErrorServed()));
    lines.flush();
  }

  @Override
  public void close() {
    progress.done();
  }
}
