package dev.meander.replay.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meander.replay.random.Draws;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClassOrderTest {

  private static final int CLASSES = 5;

  private static List<Integer> items(int size) {
    return IntStream.range(0, size).boxed().toList();
  }

  private static List<Integer> order(int size, double delta, long seed) {
    return ClassOrder.dirichlet(
        items(size), item -> item % CLASSES, CLASSES, delta, Draws.of(seed));
  }

  /** Neighbours of the same class, as a share. */
  private static double repetition(List<Integer> order) {
    int same = 0;
    for (int i = 1; i < order.size(); i++) {
      same += order.get(i) % CLASSES == order.get(i - 1) % CLASSES ? 1 : 0;
    }
    return same / (order.size() - 1.0);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.01, 0.1, 1, 1_000})
  void shouldHoldEveryItemOnce(double delta) {
    assertThat(order(1_000, delta, 1)).containsExactlyInAnyOrderElementsOf(items(1_000));
  }

  @Test
  void shouldKeepTheOrderWithinAClass() {
    List<Integer> order = order(500, 0.1, 2);

    for (int label = 0; label < CLASSES; label++) {
      int wanted = label;
      assertThat(order.stream().filter(item -> item % CLASSES == wanted)).isSorted();
    }
  }

  @Test
  void shouldBeMoreCorrelatedForASmallerConcentration() {
    double burst = 0;
    double even = 0;
    for (long seed = 1; seed <= 10; seed++) {
      burst += longestRun(order(1_000, 0.05, seed));
      even += longestRun(order(1_000, 100, seed));
    }
    // 25 pieces of 40 when even; nearly whole classes of 200 when concentrated
    assertThat(burst / 10).isGreaterThan(120);
    assertThat(even / 10).isLessThan(100);
    assertThat(repetition(order(1_000, 0.05, 1))).isGreaterThan(0.95);
  }

  private static int longestRun(List<Integer> order) {
    int longest = 1;
    int run = 1;
    for (int i = 1; i < order.size(); i++) {
      run = order.get(i) % CLASSES == order.get(i - 1) % CLASSES ? run + 1 : 1;
      longest = Math.max(longest, run);
    }
    return longest;
  }

  @Test
  void shouldSplitEveryClassOverAllChunksWhenTheConcentrationIsLarge() {
    List<Integer> order = order(1_000, 100_000, 3);

    // chunk j holds about 40 of every class
    for (int chunk = 0; chunk < CLASSES; chunk++) {
      List<Integer> part = order.subList(chunk * 200 + 20, chunk * 200 + 180);
      assertThat(part.stream().map(item -> item % CLASSES).distinct().count())
          .isGreaterThanOrEqualTo(4);
    }
  }

  @Test
  void shouldSayWhenThereAreTooFewItems() {
    assertThatThrownBy(() -> order(49, 0.1, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("expected at least 50 samples for a Dirichlet order of 5 classes, found 49");
  }

  @Test
  void shouldGiveUpAConcentrationThatLeavesChunksEmpty() {
    // a single class goes to one chunk whole, so the others stay empty
    assertThatThrownBy(
            () -> ClassOrder.dirichlet(items(60), item -> 0, CLASSES, 0.001, Draws.of(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "expected a concentration that gives every chunk 10 samples within 10000 draws,"
                + " found 0.001; take a larger one or more samples");
  }

  @Test
  void shouldSortStably() {
    List<Integer> items = new ArrayList<>(List.of(7, 2, 12, 5, 0, 1));

    assertThat(ClassOrder.sorted(items, item -> item % CLASSES)).containsExactly(5, 0, 1, 7, 2, 12);
  }
}
