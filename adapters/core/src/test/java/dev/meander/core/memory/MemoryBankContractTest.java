package dev.meander.core.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meander.core.optimise.StateArrays;
import dev.meander.core.tensor.Tensor;
import dev.meander.kit.Seeds;
import java.lang.reflect.Array;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every bank holds to: bounds, order, state; and each bank's own rule. */
class MemoryBankContractTest {

  private static final int CLASSES = 3;

  /** Named so that a failure says which bank. */
  record Kind(String name, IntFunction<MemoryBank> create) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Kind> kinds() {
    int[] shape = {2};
    return Stream.of(
        new Kind("window", n -> new Window(n, shape)),
        new Kind("category balanced", n -> new CategoryBalanced(n, CLASSES, shape, 1, 1)),
        new Kind("balanced reservoir", n -> new BalancedReservoir(n, CLASSES, shape)));
  }

  private static void offer(MemoryBank bank, int id, SplittableRandom random) {
    bank.offer(new float[] {id, -id}, random.nextInt(CLASSES), random.nextDouble(), random);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void shouldStayWithinItsCapacityAndKeepWholeSamples(Kind kind) {
    Seeds.forEach(
        20,
        random -> {
          int capacity = 1 + random.nextInt(6);
          MemoryBank bank = kind.create().apply(capacity);
          SplittableRandom own = new SplittableRandom(random.nextLong());
          for (int id = 1; id <= 60; id++) {
            offer(bank, id, own);
            Remembered content = bank.content();
            assertThat(bank.size()).isBetween(1, capacity).isEqualTo(content.labels().length);
            assertThat(content.x().shape()).containsExactly(bank.size(), 2);
            for (int i = 0; i < bank.size(); i++) {
              float held = content.x().data()[2 * i];
              assertThat(content.x().data()[2 * i + 1]).isEqualTo(-held);
              assertThat(content.ages()[i]).isEqualTo(id - held + 1);
            }
          }
          assertThat(bank.capacity()).isEqualTo(capacity);
          bank.clear();
          assertThat(bank.size()).isZero();
        });
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void shouldGoOnFromItsNamedArrays(Kind kind) {
    MemoryBank whole = kind.create().apply(4);
    SplittableRandom random = new SplittableRandom(1);
    for (int id = 0; id < 25; id++) {
      offer(whole, id, random);
    }
    MemoryBank resumed = kind.create().apply(4);
    StateArrays from = new StateArrays();
    whole.state(from);
    StateArrays into = new StateArrays();
    resumed.state(into);
    from.floats()
        .forEach((name, values) -> copy(values, into.floats().getOrDefault(name, new float[0])));
    from.doubles()
        .forEach((name, values) -> copy(values, into.doubles().getOrDefault(name, new double[0])));
    SplittableRandom one = new SplittableRandom(2);
    SplittableRandom other = new SplittableRandom(2);
    for (int id = 25; id < 60; id++) {
      offer(whole, id, one);
      offer(resumed, id, other);
      assertThat(resumed.content().x()).isEqualTo(whole.content().x());
    }
  }

  private static void copy(Object from, Object into) {
    System.arraycopy(from, 0, into, 0, Array.getLength(from));
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void shouldRefuseNoCapacityAndInputsOfAnotherLength(Kind kind) {
    assertThatThrownBy(() -> kind.create().apply(0))
        .hasMessage("expected a capacity of at least 1, found 0");
    assertThatThrownBy(
            () -> kind.create().apply(1).offer(new float[3], 0, 0, new SplittableRandom(0)))
        .hasMessage("expected an input of 2 floats, found 3");
  }

  @Test
  void shouldKeepTheLastSamplesInAWindow() {
    Window window = new Window(3, new int[] {1});
    SplittableRandom random = new SplittableRandom(0);
    for (int id = 1; id <= 5; id++) {
      MemoryBank.Admission admission = window.offer(new float[] {id}, 0, 0, random);
      assertThat(admission)
          .isEqualTo(id <= 3 ? MemoryBank.Admission.ADDED : MemoryBank.Admission.REPLACED);
    }
    assertThat(window.content().x().data()).containsExactly(4, 5, 3);
    assertThat(window.lastRow()).isEqualTo(1);
  }

  @Test
  void shouldBalancePredictedClassesInAReservoirWhenTheStreamIsSorted() {
    BalancedReservoir bank = new BalancedReservoir(12, CLASSES, new int[] {1});
    SplittableRandom random = new SplittableRandom(3);
    for (int id = 0; id < 300; id++) {
      bank.offer(new float[] {id}, id / 100, 0, random);
    }
    Map<Integer, Integer> counts = new HashMap<>();
    Arrays.stream(bank.content().labels()).forEach(label -> counts.merge(label, 1, Integer::sum));
    assertThat(counts).containsOnly(Map.entry(0, 4), Map.entry(1, 4), Map.entry(2, 4));
  }

  @Test
  void shouldSampleAClassUniformlyInAReservoir() {
    int early = 0;
    for (int seed = 0; seed < 400; seed++) {
      BalancedReservoir bank = new BalancedReservoir(1, 2, new int[] {1});
      SplittableRandom random = new SplittableRandom(seed);
      for (int id = 0; id < 10; id++) {
        bank.offer(new float[] {id}, 0, 0, random);
      }
      early += bank.content().x().data()[0] < 5 ? 1 : 0;
    }
    assertThat(early).as("half of 400, deviation 10").isBetween(150, 250);
  }

  @Test
  void shouldFindTheNearestPrototypeAndFallBackForAClassWithoutSamples() {
    Prototypes prototypes = new Prototypes(3, 2);
    Prototypes.Mean mean = new Prototypes.Mean(3, 2);
    mean.add(new Tensor(new float[] {1, 0, 3, 0, 0, 2}, 3, 2), new int[] {0, 0, 2});
    mean.write(prototypes, new float[] {9, 9, -1, -1, 9, 9});
    assertThat(prototypes.vectors()).containsExactly(2, 0, -1, -1, 0, 2);
    assertThat(prototypes.nearest(new float[] {.1f, 5})).isEqualTo(2);
    assertThat(prototypes.nearest(new float[] {-3, -2})).isEqualTo(1);
  }

  @Test
  void shouldAnswerWithTheNearestAndForgetTheOldestWhenRetrieving() {
    Retrieval bank = new Retrieval(2, 2, 2);
    assertThatThrownBy(() -> bank.mean(new float[] {1, 0}, 1))
        .hasMessage("expected features to retrieve from, found none");
    bank.add(new float[] {1, 0}, new float[] {1, 0});
    bank.add(new float[] {0, 1}, new float[] {0, 1});
    assertThat(bank.mean(new float[] {5, 1}, 1)).containsExactly(1, 0);
    assertThat(bank.mean(new float[] {5, 1}, 9)).containsExactly(.5f, .5f);
    bank.add(new float[] {-1, 0}, new float[] {.5f, .5f});
    assertThat(bank.mean(new float[] {5, 1}, 1)).as("first one overwritten").containsExactly(0, 1);
    assertThat(bank.size()).isEqualTo(2);
  }

  @Test
  void shouldReplaySourceBatchesInACircle() {
    assertThatThrownBy(() -> new SourceReplay(List.of()))
        .hasMessage("expected source batches, found none");
  }
}
