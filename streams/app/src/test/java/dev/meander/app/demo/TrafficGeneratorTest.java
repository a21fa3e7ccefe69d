package dev.meander.app.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meander.replay.scenario.DriftSample;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TrafficGeneratorTest {

  private static final String ANSWER =
      """
      {"parameters": {"lineage": "fake:global", "version": 3},
       "outputs": [{"name": "logits", "data": [1, 2]}]}
      """;
  private static final int EVENTS = 20;

  private final AtomicLong nanos = new AtomicLong();
  private final AtomicInteger sent = new AtomicInteger();

  private TrafficGenerator traffic(FakeNode node, BooleanSupplier stopping) {
    return new TrafficGenerator(
        position -> new DriftSample(position, "noise", 5, new float[] {1, 0}, position % 2),
        EVENTS,
        List.of(node.client(2), node.client(2)),
        new Pacer(10_000, 0, () -> 0, () -> nanos.addAndGet(10_000)),
        stopping,
        sent::incrementAndGet,
        nanos::get);
  }

  @Test
  void shouldKeepEveryAnswer() throws Exception {
    try (FakeNode node = new FakeNode(200, ANSWER)) {
      TrafficGenerator traffic = traffic(node, () -> false);
      List<AnsweredEvent> answers = traffic.run();
      assertThat(answers)
          .extracting(AnsweredEvent::position)
          .containsExactlyInAnyOrderElementsOf(IntStream.range(0, EVENTS).boxed().toList());
      assertThat(answers)
          .allSatisfy(
              answer -> {
                assertThat(answer.version()).isEqualTo(3);
                assertThat(answer.label()).isEqualTo(answer.position() % 2);
                assertThat(answer.input()).containsExactly(1, 0);
              });
      assertThat(traffic.failed()).isZero();
      assertThat(sent).hasValue(EVENTS);
    }
  }

  @Test
  void shouldCountEventsWithoutAnAnswerAndGoOn() throws Exception {
    try (FakeNode node = new FakeNode(500, "")) {
      TrafficGenerator traffic = traffic(node, () -> false);
      assertThat(traffic.run()).isEmpty();
      assertThat(traffic.failed()).isEqualTo(EVENTS);
      assertThat(sent).hasValue(EVENTS);
    }
  }

  @Test
  void shouldSendNoMoreWhenItIsToStop() throws Exception {
    try (FakeNode node = new FakeNode(200, ANSWER)) {
      TrafficGenerator traffic = traffic(node, () -> sent.get() >= 5);
      assertThat(traffic.run()).hasSizeBetween(5, 6);
      assertThat(node.asked()).hasSizeBetween(5, 6);
    }
  }

  @Test
  void shouldNotCallItAFailureWhenNodesGoAwayWhileStopping() throws Exception {
    try (FakeNode node = new FakeNode(500, "")) {
      TrafficGenerator traffic = traffic(node, () -> !node.asked().isEmpty());
      assertThat(traffic.run()).isEmpty();
      assertThat(traffic.failed()).isZero();
    }
  }
}
