package dev.meander.core.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meander.core.tensor.Tensor;
import dev.meander.core.weights.AdapterVersion;
import dev.meander.core.weights.AdapterWeights;
import dev.meander.core.weights.Block;
import dev.meander.core.weights.Layout;
import dev.meander.core.weights.LineageId;
import dev.meander.core.weights.Role;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link AdapterSlot} must do. */
public abstract class AdapterSlotContract {

  protected static final LineageId LINEAGE = new LineageId("model", "global");
  private static final int READERS = 3;
  private static final int SWAPS = 200;

  private AdapterSlot slot;

  /** A fresh slot for {@link #LINEAGE}; always of the same model. */
  protected abstract AdapterSlot open();

  /** Answers that the stress test compares. */
  protected int stressAnswers() {
    return 20_000;
  }

  @BeforeEach
  void openSlot() {
    slot = open();
  }

  @AfterEach
  void closeSlot() {
    slot.close();
  }

  private Tensor batch(int rows, long seed) {
    int[] input = slot.spec().inputShape();
    int[] shape = new int[input.length + 1];
    shape[0] = rows;
    System.arraycopy(input, 0, shape, 1, input.length);
    SplittableRandom random = new SplittableRandom(seed);
    float[] data = new float[new Block("x", Role.WEIGHT, shape).size()];
    for (int i = 0; i < data.length; i++) {
      data[i] = (float) random.nextDouble();
    }
    return new Tensor(data, shape);
  }

  /** An adapter over the blocks of {@code roles} with random floats around 1. */
  private AdapterWeights adapter(long seed, Role... roles) {
    List<Role> wanted = List.of(roles);
    Layout layout = slot.spec().inventory().select(block -> wanted.contains(block.role()));
    SplittableRandom random = new SplittableRandom(seed);
    float[] values = new float[layout.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (0.5 + random.nextDouble());
    }
    return new AdapterWeights(layout, values);
  }

  private static AdapterVersion version(long number, AdapterWeights weights) {
    return new AdapterVersion(LINEAGE, number, weights.contentHash());
  }

  private void swap(long number, AdapterWeights weights) {
    slot.swap(version(number, weights), weights);
  }

  @Test
  void shouldAnswerAsTheBaseWithVersionZeroAtFirst() {
    assertThat(slot.active().number()).isZero();
    assertThat(slot.active().lineage()).isEqualTo(LINEAGE);
    AdapterSlot.Answer answer = slot.predict(batch(3, 1));
    assertThat(answer.version()).isEqualTo(slot.active());
    assertThat(answer.logits().shape()).containsExactly(3, slot.spec().classes());
  }

  @Test
  void shouldAnswerWithTheVersionThatWasSwappedIn() {
    Tensor x = batch(3, 1);
    Tensor base = slot.predict(x).logits();
    AdapterWeights weights = adapter(1, Role.GAIN, Role.SHIFT);
    swap(7, weights);
    assertThat(slot.active()).isEqualTo(version(7, weights));
    assertThat(slot.predict(x).version()).isEqualTo(version(7, weights));
    assertThat(slot.predict(x).logits()).isNotEqualTo(base);
  }

  @Test
  void shouldComeBackBitwiseWhenAnOlderVersionIsSwappedIn() {
    Tensor x = batch(3, 1);
    AdapterWeights first = adapter(1, Role.GAIN, Role.SHIFT, Role.RUNNING_MEAN);
    AdapterWeights second = adapter(2, Role.GAIN, Role.HEAD_BIAS);
    AdapterWeights nothing = new AdapterWeights(new Layout(List.of()), new float[0]);
    Tensor base = slot.predict(x).logits();
    swap(1, first);
    Tensor one = slot.predict(x).logits();
    swap(2, second);
    Tensor two = slot.predict(x).logits();
    swap(1, first);
    assertThat(slot.predict(x).logits()).isEqualTo(one);
    swap(2, second);
    assertThat(slot.predict(x).logits()).isEqualTo(two);
    swap(3, nothing);
    assertThat(slot.predict(x).logits()).isEqualTo(base);
    swap(4, nothing);
    assertThat(slot.predict(x).logits()).isEqualTo(base);
  }

  @Test
  void shouldAnswerTheSameWhateverWasActiveBefore() {
    Tensor x = batch(3, 1);
    AdapterWeights weights = adapter(3, Role.SHIFT);
    swap(1, weights);
    Tensor direct = slot.predict(x).logits();
    for (long number = 2; number < 6; number++) {
      swap(number, adapter(number, Role.GAIN, Role.SHIFT, Role.RUNNING_VARIANCE));
      swap(1, weights);
      assertThat(slot.predict(x).logits()).isEqualTo(direct);
    }
  }

  @Test
  void shouldRefuseALayoutThatIsNotPartOfTheModelAndKeepAnswering() {
    Tensor x = batch(2, 1);
    AdapterVersion before = slot.active();
    Tensor base = slot.predict(x).logits();
    Block gain = slot.spec().inventory().blocks().get(0);
    Block unknown = new Block("no.such", Role.GAIN, 2);
    Layout layout = new Layout(List.of(gain, unknown));
    AdapterWeights weights = new AdapterWeights(layout, new float[layout.size()]);
    assertThatThrownBy(() -> swap(1, weights))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("expected a block of the model, found no.such[2] GAIN");
    assertThat(slot.active()).isEqualTo(before);
    assertThat(slot.predict(x).logits()).isEqualTo(base);
  }

  @Test
  void shouldRefuseAnotherInputShape() {
    String expected = Arrays.toString(slot.spec().inputShape()).substring(1);
    assertThatThrownBy(() -> slot.predict(new Tensor(new float[6], 2, 3)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("expected input [b, " + expected + ", found [2, 3]");
  }

  @Test
  void shouldNeverMixVersionsWhenManyReadAndOneSwaps() throws Exception {
    Tensor x = batch(1, 1);
    int versions = 4;
    List<AdapterWeights> adapters = new ArrayList<>();
    List<Tensor> expected = new ArrayList<>();
    for (int i = 0; i < versions; i++) {
      adapters.add(adapter(i, Role.GAIN, Role.SHIFT, Role.RUNNING_MEAN, Role.HEAD_BIAS));
      swap(i + 1, adapters.get(i));
      expected.add(slot.predict(x).logits());
    }
    AtomicBoolean reading = new AtomicBoolean(true);
    ExecutorService pool = Executors.newFixedThreadPool(READERS + 1);
    try {
      AtomicLong swaps = new AtomicLong();
      Future<?> swapper =
          pool.submit(
              () -> {
                while (reading.get()) {
                  int next = (int) (swaps.get() % versions);
                  swap(next + 1, adapters.get(next));
                  swaps.incrementAndGet();
                }
              });
      List<Future<long[]>> readers = new ArrayList<>();
      for (int i = 0; i < READERS; i++) {
        readers.add(pool.submit(() -> read(x, expected, swaps)));
      }
      long torn = 0;
      long[] seen = new long[versions];
      for (Future<long[]> reader : readers) {
        long[] counts = reader.get();
        torn += counts[versions];
        for (int i = 0; i < versions; i++) {
          seen[i] += counts[i];
        }
      }
      reading.set(false);
      assertThat(torn).as("answers that no single version gives").isZero();
      swapper.get();
      assertThat(Arrays.stream(seen).sum()).isGreaterThanOrEqualTo(stressAnswers());
      assertThat(Arrays.stream(seen).filter(count -> count > 0).count()).isGreaterThan(1);
    } finally {
      reading.set(false);
      pool.shutdownNow();
    }
  }

  /**
   * Reads until there were enough answers and swaps; counts answers per version, then torn ones.
   */
  private long[] read(Tensor x, List<Tensor> expected, AtomicLong swaps) {
    long[] counts = new long[expected.size() + 1];
    for (int i = 0; i < stressAnswers() / READERS + 1 || swaps.get() < SWAPS; i++) {
      AdapterSlot.Answer answer = slot.predict(x);
      int version = (int) answer.version().number() - 1;
      boolean whole = answer.logits().equals(expected.get(version));
      counts[whole ? version : expected.size()]++;
    }
    return counts;
  }
}
