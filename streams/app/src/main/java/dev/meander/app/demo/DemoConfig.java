package dev.meander.app.demo;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What to demonstrate.
 *
 * @param data folder with CIFAR-10 images; null for the built-in glyphs
 * @param model model file for {@code data}; null for the one found there
 * @param method name of the adaptation method
 * @param events length of the stream
 * @param eventsPerSecond rate of the requests
 * @param seed of the stream
 * @param keep whether the temporary folder stays
 * @param overrides further configuration keys of the learner application
 */
public record DemoConfig(
    @Nullable Path data,
    @Nullable Path model,
    String method,
    int events,
    double eventsPerSecond,
    long seed,
    boolean keep,
    Map<String, String> overrides) {

  /** Serving nodes of the demonstration. */
  public static final List<String> NODES = List.of("node-a", "node-b");

  public DemoConfig {
    if (events < 500 || events > 1_000_000) {
      throw new IllegalArgumentException("--events: expected 500 to 1000000, found " + events);
    }
    if (!(eventsPerSecond > 0 && eventsPerSecond <= 100_000)) {
      throw new IllegalArgumentException(
          "--rate: expected more than 0 and at most 100000, found " + eventsPerSecond);
    }
    overrides = Map.copyOf(overrides);
  }
}
