package dev.meander.app.command;

import dev.meander.replay.evaluate.EvaluationReport;
import dev.meander.replay.evaluate.RunResult;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** Prints an evaluation as a table: one line per scenario and method, means over seeds. */
final class EvaluationTable {

  private EvaluationTable() {}

  static void print(EvaluationReport report, PrintWriter out) {
    Map<String, List<RunResult>> groups =
        report.runs().stream()
            .collect(
                Collectors.groupingBy(
                    run -> String.format(Locale.ROOT, "%-28s %-16s", run.scenario(), run.method()),
                    LinkedHashMap::new,
                    Collectors.toList()));
    out.printf(
        "%n%-28s %-16s %5s %16s %16s %10s %8s %8s%n",
        "scenario",
        "method",
        "seeds",
        "online error",
        "served error",
        "forgetting",
        "versions",
        "seconds");
    groups.forEach(
        (name, runs) ->
            out.printf(
                Locale.ROOT,
                "%s %5d %16s %16s %10s %8.0f %8.1f%n",
                name,
                runs.size(),
                spread(runs, RunResult::meanError),
                spread(runs, RunResult::meanErrorServed),
                forgetting(runs),
                mean(runs, run -> run.versions().size()),
                mean(runs, run -> run.secondsForward() + run.secondsStep())));
    out.flush();
  }

  private static String forgetting(List<RunResult> runs) {
    OptionalDouble mean =
        runs.stream()
            .map(RunResult::forgetting)
            .filter(Objects::nonNull)
            .mapToDouble(Double::doubleValue)
            .average();
    return mean.isEmpty() ? "-" : String.format(Locale.ROOT, "%.2f", mean.getAsDouble());
  }

  /** Mean, and with several seeds the deviation of one. */
  private static String spread(List<RunResult> runs, ToDoubleFunction<RunResult> value) {
    double mean = mean(runs, value);
    if (runs.size() == 1) {
      return String.format(Locale.ROOT, "%.2f %%", mean);
    }
    double square =
        runs.stream().mapToDouble(run -> Math.pow(value.applyAsDouble(run) - mean, 2)).sum();
    return String.format(
        Locale.ROOT, "%.2f +- %.2f %%", mean, Math.sqrt(square / (runs.size() - 1)));
  }

  private static double mean(List<RunResult> runs, ToDoubleFunction<RunResult> value) {
    return runs.stream().mapToDouble(value).average().orElseThrow();
  }
}
