package dev.meander.core.method;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meander.core.memory.MemoryConfig;
import dev.meander.core.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Methods behind a memory bank. */
@ParameterizedClass
@EnumSource(Subject.Kind.class)
class RememberingTest {

  @Parameter private Subject.Kind kind = Subject.Kind.NETWORK;

  static Stream<Arguments> pairs() {
    return Methods.names().stream()
        .filter(name -> !Methods.declaration(name).hasMemory())
        .flatMap(
            name ->
                Stream.of(MemoryConfig.Kind.values())
                    .filter(kind -> kind != MemoryConfig.Kind.NONE)
                    .map(kind -> Arguments.of(name, kind)));
  }

  private Subject subject(String name, MemoryConfig memory) {
    return new Subject(kind, name, Subject.CLASSES, Map.of(), memory);
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void shouldAdaptBehindAnyBank(String name, MemoryConfig.Kind kind) {
    try (Subject subject = subject(name, new MemoryConfig(kind, 10, 0))) {
      for (int i = 0; i < 4; i++) {
        Tensor x = subject.batch(3, i);
        Subject.assertHealthy(subject, subject.step(x), 3);
      }
      assertThat(subject.method.state().floats()).containsKey("bank-inputs");
    }
  }

  @Test
  void shouldUpdateOncePerSoManySamples() {
    try (Subject subject = subject("tent", new MemoryConfig(MemoryConfig.Kind.WINDOW, 8, 6))) {
      for (int i = 0; i < 6; i++) {
        MethodStep step = subject.step(subject.batch(2, i));
        boolean updates = i % 3 == 2;
        assertThat(step.losses()).hasSize(updates ? 1 : 0);
        assertThat(step.adapted()).isEqualTo(updates ? Math.min(8, 2 * (i + 1)) : 0);
      }
    }
  }

  @Test
  void shouldPredictWithTheWholeWindowInThePass() {
    MemoryConfig window = new MemoryConfig(MemoryConfig.Kind.WINDOW, 6, 1000);
    try (Subject small = subject("bn-1", window);
        Subject whole = subject("bn-1", MemoryConfig.NONE)) {
      Tensor all = small.batch(6, 1);
      Tensor expected = whole.step(all).logits();
      small.step(all.rows(new int[] {0, 1}));
      small.step(all.rows(new int[] {2, 3}));
      Tensor last = small.step(all.rows(new int[] {4, 5})).logits();
      assertThat(List.of(last.row(0), last.row(1)))
          .usingRecursiveComparison()
          .isEqualTo(List.of(expected.row(4), expected.row(5)));
    }
  }

  @Test
  void shouldPredictAloneWhenTheBatchFillsTheWindow() {
    MemoryConfig window = new MemoryConfig(MemoryConfig.Kind.WINDOW, 4, 0);
    try (Subject small = subject("bn-1", window);
        Subject whole = subject("bn-1", MemoryConfig.NONE)) {
      Tensor x = small.batch(9, 1);
      assertThat(small.step(x).logits()).isEqualTo(whole.step(x).logits());
    }
  }
}
