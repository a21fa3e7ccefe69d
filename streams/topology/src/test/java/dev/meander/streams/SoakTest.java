package dev.meander.streams;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meander.schemas.Topic;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Nothing grows with the samples a lineage has had. A slice by default; {@code
 * -Dsoak.samples=200000} takes in 200,000 samples of 1,000 lineages.
 */
class SoakTest {

  private static final int SAMPLES = Integer.getInteger("soak.samples", 2_000);
  private static final int LINEAGES = Math.max(20, SAMPLES / 200);
  private static final int LIVE_MAX = LINEAGES / 4;

  /** A heap is measured in whole megabytes of noise; a leak of a sample each is far above. */
  private static final long HEAP_NOISE_BYTES = 8L << 20;

  /** What is held after some of the samples. */
  private record Held(long heapBytes, long storeBytes, long live, long pending) {}

  @Test
  void shouldHoldAfterTheLastQuarterWhatItHeldAfterTheFirst(@TempDir Path folder) {
    Map<String, String> keys =
        Map.of("learners.live.max", String.valueOf(LIVE_MAX), "publish.versions.kept", "8");
    try (PathDriver path = new PathDriver(folder, keys)) {
      List<Events> scopes = new ArrayList<>();
      for (int i = 0; i < LINEAGES; i++) {
        scopes.add(new Events("fake:scope-" + i, i));
      }
      List<Held> quarters = new ArrayList<>();
      int offset = 0;
      for (int quarter = 0; quarter < 4; quarter++) {
        for (int round = 0; round < SAMPLES / LINEAGES / 4; round++) {
          for (Events scope : scopes) {
            path.sample(Events.sample(scope.next(), offset++));
          }
          drain(path);
        }
        quarters.add(held(path));
      }
      Held first = quarters.get(0);
      Held last = quarters.get(3);
      assertThat(offset).isEqualTo(SAMPLES);
      assertThat(last.storeBytes()).as("%s", quarters).isLessThan(first.storeBytes() * 11 / 10);
      assertThat(last.heapBytes())
          .as("%s", quarters)
          .isLessThan(first.heapBytes() * 5 / 4 + HEAP_NOISE_BYTES);
      assertThat(quarters).extracting(Held::live).containsOnly((long) LIVE_MAX);
      assertThat(quarters).extracting(Held::pending).allMatch(waiting -> waiting < 4L * LINEAGES);
    }
  }

  /** What a broker would take: the driver keeps all of it in memory. */
  private static void drain(PathDriver path) {
    List.of(Topic.ADAPTERS, Topic.ALIASES, Topic.DECISIONS, Topic.DLQ).forEach(path::written);
    path.stores().keySet().forEach(path::changelog);
  }

  private static Held held(PathDriver path) {
    Map<String, Map<String, byte[]>> stores = path.stores();
    long bytes =
        stores.values().stream()
            .flatMap(store -> store.values().stream())
            .mapToLong(value -> value.length)
            .sum();
    double live = path.total("learners", "OPENED") - path.total("learners", "EVICTED");
    System.gc();
    return new Held(
        ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(),
        bytes,
        (long) live,
        stores.getOrDefault("learner-pending", Map.of()).size());
  }
}
