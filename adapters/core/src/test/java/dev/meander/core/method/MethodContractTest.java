package dev.meander.core.method;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meander.core.tensor.Tensor;
import dev.meander.core.weights.Block;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What every method of the table holds to. */
@ParameterizedClass
@EnumSource(Subject.Kind.class)
class MethodContractTest {

  @Parameter private Subject.Kind kind = Subject.Kind.NETWORK;

  static Stream<String> names() {
    return Methods.names().stream();
  }

  @ParameterizedTest
  @MethodSource("names")
  void shouldAdaptToOrdinaryBatches(String name) {
    try (Subject subject = new Subject(kind, name)) {
      List<float[]> before = subject.copy();
      for (int i = 0; i < 4; i++) {
        Subject.assertHealthy(subject, subject.step(subject.batch(Subject.ROWS, i)), Subject.ROWS);
      }
      boolean trains = subject.method.optimiser() != null && !name.equals("memo");
      assertThat(Arrays.equals(before.get(0), subject.theta)).as("left alone").isEqualTo(!trains);
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void shouldLeaveTheModuleAtTheBaseModel(String name) {
    try (Subject subject = new Subject(kind, name)) {
      subject.step(subject.batch(Subject.ROWS, 1));
      for (Block block : subject.model.spec().inventory().blocks()) {
        float[] now = new float[block.size()];
        float[] base = new float[block.size()];
        subject.model.read(block, now);
        subject.model.readBase(block, base);
        assertThat(now).as(block.name()).containsExactly(base);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void shouldGiveEqualStatesForEqualStreams(String name) {
    try (Subject one = new Subject(kind, name);
        Subject other = new Subject(kind, name)) {
      for (int i = 0; i < 3; i++) {
        Tensor first = one.step(one.batch(Subject.ROWS, i)).logits();
        assertThat(other.step(other.batch(Subject.ROWS, i)).logits()).isEqualTo(first);
      }
      assertThat(other.copy()).usingRecursiveComparison().isEqualTo(one.copy());
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void shouldGoOnFromItsNamedArrays(String name) {
    try (Subject whole = new Subject(kind, name);
        Subject resumed = new Subject(kind, name)) {
      for (int i = 0; i < 3; i++) {
        whole.step(whole.batch(Subject.ROWS, i));
      }
      Subject.copyState(whole, resumed);
      for (int i = 3; i < 6; i++) {
        Tensor expected = whole.step(whole.batch(Subject.ROWS, i)).logits();
        assertThat(resumed.step(resumed.batch(Subject.ROWS, i)).logits()).isEqualTo(expected);
      }
      assertThat(resumed.copy()).usingRecursiveComparison().isEqualTo(whole.copy());
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void shouldPredictWithoutATrace(String name) {
    try (Subject subject = new Subject(kind, name)) {
      subject.step(subject.batch(Subject.ROWS, 1));
      List<float[]> before = subject.copy();
      Tensor x = subject.batch(Subject.ROWS, 2);
      Tensor logits = subject.method.predict(subject.model, x, subject.theta, subject.statistics);
      assertThat(logits.shape()).containsExactly(Subject.ROWS, Subject.CLASSES);
      assertThat(subject.copy()).usingRecursiveComparison().isEqualTo(before);
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void shouldStartAgainAfterARestart(String name) {
    try (Subject subject = new Subject(kind, name)) {
      for (int i = 0; i < 3; i++) {
        subject.step(subject.batch(Subject.ROWS, i));
      }
      subject.method.restart(subject.model, subject.theta, subject.statistics);
      if (subject.method.optimiser() != null) {
        assertThat(subject.method.optimiser().steps()).isZero();
      }
      Subject.assertHealthy(subject, subject.step(subject.batch(Subject.ROWS, 4)), Subject.ROWS);
    }
  }

  /** All but auto, which would measure its source samples a second time. */
  static Stream<String> startingFromNothing() {
    return names().filter(name -> !name.equals("auto"));
  }

  /** From the base model's parameters and statistics nothing tells a restart from a start. */
  @ParameterizedTest
  @MethodSource("startingFromNothing")
  void shouldForgetEverythingWhenRestarted(String name) {
    try (Subject fresh = new Subject(kind, name);
        Subject used = new Subject(kind, name)) {
      for (int i = 0; i < 3; i++) {
        used.step(used.batch(Subject.ROWS, 10 + i));
      }
      System.arraycopy(fresh.theta, 0, used.theta, 0, fresh.theta.length);
      float[] statistics = fresh.statistics.estimate();
      System.arraycopy(statistics, 0, used.statistics.estimate(), 0, statistics.length);
      used.method.restart(used.model, used.theta, used.statistics);
      used.steps = 0;
      for (int i = 0; i < 3; i++) {
        Tensor expected = fresh.step(fresh.batch(Subject.ROWS, i)).logits();
        assertThat(used.step(used.batch(Subject.ROWS, i)).logits()).isEqualTo(expected);
      }
      assertThat(used.copy()).usingRecursiveComparison().isEqualTo(fresh.copy());
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void shouldServeParametersOfItsLayout(String name) {
    try (Subject subject = new Subject(kind, name)) {
      subject.step(subject.batch(Subject.ROWS, 1));
      assertThat(subject.method.served(subject.theta)).hasSize(subject.theta.length);
    }
  }
}
