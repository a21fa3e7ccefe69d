package dev.meander.serving.subscribe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.meander.core.model.AdapterSlot;
import dev.meander.core.tensor.Tensor;
import dev.meander.core.weights.LineageId;
import dev.meander.serving.fixture.Served;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Answers while versions change: every one is whole, and of a version that was published. */
final class SwapUnderLoadTest {

  private static final int VERSIONS = 120;
  private static final int READERS = 3;
  private static final Tensor X = Served.input(1, 11);
  private static final LineageId LINEAGE = Served.GLOBAL;

  private SubscriberHarness node;

  @BeforeEach
  void open(@TempDir Path folder) {
    node = new SubscriberHarness(folder);
  }

  @AfterEach
  void close() {
    node.close();
  }

  /** Predicts until told to stop; the versions seen, in order. */
  private List<Long> read(AtomicBoolean done, float[][] expected) {
    List<Long> seen = new ArrayList<>();
    do {
      AdapterSlot.Answer answer = node.slots.predict(LINEAGE, X);
      int number = (int) answer.version().number();
      assertThat(answer.version().lineage()).isEqualTo(LINEAGE);
      assertThat(answer.logits().data()).as("version %s", number).isEqualTo(expected[number]);
      seen.add((long) number);
    } while (!done.get());
    return seen;
  }

  /** One swap per version: a node that lags goes to the newest one straight away. */
  private void awaitLive(long version) {
    await()
        .atMost(SubscriberHarness.BOUND)
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(1))
        .until(() -> node.live() == version);
  }

  @Test
  void shouldNeverAnswerTornOrWithAnUnknownVersion() throws Exception {
    float[][] expected = new float[VERSIONS + 1][];
    for (int version = 0; version <= VERSIONS; version++) {
      expected[version] = node.served.logits(version, X);
    }
    AtomicBoolean done = new AtomicBoolean();
    ExecutorService readers = Executors.newFixedThreadPool(READERS);
    try {
      Callable<List<Long>> reader = () -> read(done, expected);
      List<Future<List<Long>>> answers = new ArrayList<>();
      node.subscriber.start();
      assertThat(node.subscriber.awaitCaughtUp(SubscriberHarness.BOUND)).isTrue();
      for (int i = 0; i < READERS; i++) {
        answers.add(readers.submit(reader));
      }
      for (long version = 1; version <= VERSIONS; version++) {
        node.publish(version);
        node.alias(version, version, "PUBLISH");
        awaitLive(version);
      }
      node.awaitAck(VERSIONS + " LIVE ");
      done.set(true);
      for (Future<List<Long>> answer : answers) {
        List<Long> seen = answer.get(20, TimeUnit.SECONDS);
        assertThat(seen).as("nobody goes back").isSorted();
        assertThat(seen.get(seen.size() - 1)).isPositive();
      }
    } finally {
      done.set(true);
      readers.shutdownNow();
      assertThat(readers.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(node.texts()).hasSize(VERSIONS).allMatch(text -> text.endsWith(" LIVE "));
  }
}
