package dev.meander.app.command;

import dev.meander.core.config.ConfigurationException;
import dev.meander.replay.data.DataSetRefusedException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Collects what is wrong with several options, to say all of it at once. */
final class ProblemList {

  private final Map<String, List<String>> byOrigin = new LinkedHashMap<>();

  /** What {@code read} gives; null when it refuses, and its reasons are kept. */
  <T> @Nullable T check(String origin, Supplier<T> read) {
    try {
      return read.get();
    } catch (ConfigurationException e) {
      add(origin, e.problems());
    } catch (DataSetRefusedException | IllegalArgumentException e) {
      add(origin, List.of(String.valueOf(e.getMessage())));
    }
    return null;
  }

  void add(String origin, List<String> problems) {
    if (!problems.isEmpty()) {
      byOrigin.computeIfAbsent(origin, key -> new ArrayList<>()).addAll(problems);
    }
  }

  /**
   * Refuses when there are problems.
   *
   * @throws ConfigurationException with all of them
   */
  void refuse() {
    if (byOrigin.size() == 1) {
      Map.Entry<String, List<String>> only = byOrigin.entrySet().iterator().next();
      throw new ConfigurationException(only.getKey(), only.getValue());
    }
    List<String> all = new ArrayList<>();
    byOrigin.forEach(
        (origin, problems) -> problems.forEach(problem -> all.add(origin + ": " + problem)));
    if (!all.isEmpty()) {
      throw new ConfigurationException("the options", all);
    }
  }
}
