package dev.meander.core.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meander.core.model.FakeModel;
import dev.meander.core.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What every method of the table does with bad input: nothing that is not finite, nothing lost. */
@ParameterizedClass
@EnumSource(Subject.Kind.class)
class BadInputContractTest {

  @Parameter private Subject.Kind kind = Subject.Kind.NETWORK;

  static Stream<String> names() {
    return Methods.names().stream();
  }

  static Stream<String> training() {
    return names().filter(name -> Methods.declaration(name).optimiser() != null);
  }

  @ParameterizedTest
  @MethodSource("names")
  void shouldPredictNothingAndKeepItsStateWhenTheBatchIsEmpty(String name) {
    try (Subject subject = new Subject(kind, name)) {
      subject.step(subject.batch(Subject.ROWS, 1));
      List<float[]> before = subject.copy();
      MethodStep step = subject.step(subject.zeros(0));
      assertThat(step.logits().shape()).containsExactly(0, Subject.CLASSES);
      assertThat(step.losses()).isEmpty();
      assertThat(subject.copy()).usingRecursiveComparison().isEqualTo(before);
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void shouldStayFiniteWhenTheBatchIsOneSample(String name) {
    try (Subject subject = new Subject(kind, name)) {
      for (int i = 0; i < 10; i++) {
        Subject.assertHealthy(subject, subject.step(subject.batch(1, i)), 1);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void shouldStayFiniteWhenEverySampleIsTheSame(String name) {
    try (Subject subject = new Subject(kind, name)) {
      Tensor one = subject.batch(1, 4);
      Tensor x = one.rows(new int[Subject.ROWS]);
      for (int i = 0; i < 5; i++) {
        Subject.assertHealthy(subject, subject.step(x), Subject.ROWS);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void shouldStayFiniteWhenEveryInputIsZero(String name) {
    try (Subject subject = new Subject(kind, name)) {
      Tensor x = subject.zeros(Subject.ROWS);
      for (int i = 0; i < 3; i++) {
        Subject.assertHealthy(subject, subject.step(x), Subject.ROWS);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void shouldLeaveNoTraceWhenLogitsAreNotFinite(String name) {
    for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
      try (Subject subject = new Subject(kind, name)) {
        subject.step(subject.batch(Subject.ROWS, 1));
        List<float[]> before = subject.copy();
        Tensor x = subject.batch(Subject.ROWS, 2);
        Arrays.fill(x.data(), 0, 16, bad);
        MethodStep step = subject.step(x);
        assertThat(step.adapted()).isZero();
        assertThat(step.losses()).isEmpty();
        assertThat(step.logits().shape()).containsExactly(Subject.ROWS, Subject.CLASSES);
        assertThat(subject.copy()).usingRecursiveComparison().isEqualTo(before);
        Subject.assertHealthy(subject, subject.step(subject.batch(Subject.ROWS, 3)), Subject.ROWS);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void shouldAnswerEverySampleAndGoOnWhenOneIsHuge(String name) {
    for (float huge : new float[] {1e15f, 1e19f, 1e22f, 1e30f, Float.MAX_VALUE}) {
      try (Subject subject = new Subject(kind, name)) {
        subject.step(subject.batch(Subject.ROWS, 0));
        Tensor x = subject.batch(Subject.ROWS, 1);
        x.data()[5] = huge;
        assertThat(subject.step(x).logits().rows()).isEqualTo(Subject.ROWS);
        assertThat(subject.theta).doesNotContain(Float.NaN);
        MethodStep after = subject.step(subject.batch(Subject.ROWS, 2));
        assertThat(after.logits().rows()).isEqualTo(Subject.ROWS);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void shouldStayFiniteWhenAClassIsNeverSeen(String name) {
    try (Subject subject = new Subject(kind, name)) {
      SplittableRandom random = new SplittableRandom(1);
      for (int i = 0; i < 6; i++) {
        int[] labels = new int[Subject.ROWS];
        Arrays.fill(labels, 1);
        MethodStep step = subject.step(subject.inputs(labels, .1, random));
        Subject.assertHealthy(subject, step, Subject.ROWS);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void shouldStayFiniteWhenThereAreMoreClassesThanTheBankHolds(String name) {
    try (Subject subject =
        new Subject(kind, name, 30, Map.of("memory-size", 3.0, "queue-size", 3.0))) {
      for (int i = 0; i < 6; i++) {
        Subject.assertHealthy(subject, subject.step(subject.batch(Subject.ROWS, i)), Subject.ROWS);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void shouldMakeNoUpdateWhenNoSampleIsReliable(String name) {
    Map<String, Double> none = Map.of("e0-factor", 0.0, "margin", 0.0);
    boolean filters =
        Methods.declaration(name).constants().stream()
            .anyMatch(constant -> none.containsKey(constant.name()));
    try (Subject subject = new Subject(kind, name, Subject.CLASSES, none)) {
      float[] before = subject.theta.clone();
      for (int i = 0; i < 3; i++) {
        Subject.assertHealthy(subject, subject.step(subject.batch(Subject.ROWS, i)), Subject.ROWS);
      }
      if (filters) {
        assertThat(subject.theta).containsExactly(before);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("training")
  void shouldStayFiniteWhenEveryWeightIsZero(String name) {
    try (Subject subject = new Subject(kind, name)) {
      for (int i = 0; i < 3; i++) {
        Batch batch = new Batch(subject.batch(Subject.ROWS, i), new double[Subject.ROWS], i);
        MethodStep step =
            subject.method.step(subject.model, batch, subject.theta, subject.statistics, .9);
        Subject.assertHealthy(subject, step, Subject.ROWS);
      }
    }
  }

  @Test
  void shouldRefuseAMethodThatNeedsSourceSamplesWithoutThem() {
    try (FakeModel model = new FakeModel("m", Subject.SHAPE, Subject.CLASSES, 3)) {
      List<String> needing =
          names().filter(name -> Methods.declaration(name).needsSource()).toList();
      assertThat(needing).containsExactly("eata", "gtta", "rmt");
      for (String name : needing) {
        assertThatThrownBy(() -> new Method(MethodConfig.named(name), model))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessage(
                "method %s: expected source samples, found none; eta and rmt-source-free need none",
                name);
      }
    }
  }

  @Test
  void shouldRefuseAnUnknownNameWithTheKnownOnes() {
    assertThat(Methods.names())
        .containsExactly(
            "adacontrast",
            "alpha-bn",
            "auto",
            "bn-1",
            "bn-ema",
            "cema",
            "cmf",
            "cotta",
            "deyo",
            "eata",
            "eta",
            "gtta",
            "lame",
            "memo",
            "note",
            "rdumb",
            "rmt",
            "rmt-source-free",
            "roid",
            "rotta",
            "rpl",
            "santa",
            "sar",
            "source",
            "t3a",
            "tent");
    assertThatThrownBy(() -> MethodConfig.named("rmtt"))
        .hasMessage(
            "method.name: expected one of %s, found \"rmtt\", did you mean rmt?",
            String.join(", ", Methods.names()));
  }
}
