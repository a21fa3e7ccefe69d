package dev.meander.core.head;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meander.core.guard.CollapseConfig;
import dev.meander.core.guard.GuardConfig;
import dev.meander.core.guard.Reaction;
import dev.meander.core.learner.LearnerConfig;
import dev.meander.core.memory.MemoryConfig;
import dev.meander.core.method.MethodConfig;
import dev.meander.core.method.Methods;
import dev.meander.core.method.SourceConfig;
import dev.meander.core.optimise.OptimiserConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The guard against collapse on a stream made to break TENT, and beside every method. */
class CollapseTest {

  private static final HeadStream STREAM = new HeadStream();
  private static final int BATCH = 32;

  private final List<float[]> points = new ArrayList<>();
  private int[] labels = {};

  /** Shifted points under heavy noise: sharpening predictions at a high rate names few classes. */
  private void breakTent(int samples) {
    SplittableRandom random = new SplittableRandom(3);
    labels = new int[samples];
    for (int i = 0; i < samples; i++) {
      labels[i] = random.nextInt(HeadStream.CLASSES);
      float[] point = STREAM.point(labels[i], random, 2.2);
      for (int j = 0; j < point.length; j++) {
        point[j] = 1.2f * point[j] + .3f;
      }
      points.add(point);
    }
  }

  private static LearnerConfig config(String method, double rate, CollapseConfig collapse) {
    OptimiserConfig own = Methods.declaration(method).optimiser();
    MethodConfig named =
        new MethodConfig(
            method,
            own == null || rate == 0 ? null : OptimiserConfig.adam(rate),
            Map.of(),
            List.of(),
            MemoryConfig.NONE,
            SourceConfig.NONE);
    return new LearnerConfig(
        named,
        new GuardConfig(1_000, Reaction.HOLD, collapse),
        BATCH,
        1,
        Duration.ofDays(1),
        .9,
        .5,
        1,
        1);
  }

  /** The usual limits, but for divergence: these clouds are half lost before it reaches 2 nats. */
  private static CollapseConfig limits(Reaction reaction) {
    return new CollapseConfig(.1, reaction, .5, reaction, .5, reaction, 128, 16);
  }

  private HeadStream.Outcome run(String method, double rate, CollapseConfig collapse) {
    return STREAM.run(config(method, rate, collapse), points, labels);
  }

  @Test
  void shouldKeepTentNearTheFrozenModelThatItWouldLeaveFarBehind() {
    breakTent(6_400);
    double frozen = run("source", 0, limits(Reaction.NONE)).errorServed();
    assertThat(frozen).isBetween(30.0, 40.0);
    HeadStream.Outcome alone = run("tent", .1, limits(Reaction.NONE));
    assertThat(alone.errorServed()).isGreaterThan(frozen + 30);
    assertThat(alone.error()).isGreaterThan(frozen + 35);
    HeadStream.Outcome held = run("tent", .1, limits(Reaction.HOLD));
    assertThat(held.errorServed()).isLessThan(frozen + 6);
    assertThat(held.error()).as("the learner goes on when held").isEqualTo(alone.error());
    for (Reaction back : List.of(Reaction.ROLLBACK, Reaction.RESET)) {
      HeadStream.Outcome guarded = run("tent", .1, limits(back));
      assertThat(guarded.errorServed()).as("served, %s", back).isLessThan(frozen + 5);
      assertThat(guarded.error()).as("the learner's own, %s", back).isLessThan(frozen + 10);
      assertThat(guarded.verdicts())
          .anyMatch(
              verdict ->
                  verdict.matches(
                      back + " \\[drift of predictions: \\S+ nats > guard.divergence.max 0.5]"));
    }
  }

  @Test
  void shouldNotTakeSortedClassesForACollapse() {
    SplittableRandom random = new SplittableRandom(3);
    labels = new int[3_200];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = i / 80 % HeadStream.CLASSES;
      float[] point = STREAM.point(labels[i], random, 1.6);
      for (int j = 0; j < point.length; j++) {
        point[j] = 1.2f * point[j] + .3f;
      }
      points.add(point);
    }
    assertThat(run("tent", .01, limits(Reaction.RESET)).verdicts())
        .hasSize(100)
        .containsOnly("PROMOTE []");
    assertThat(run("tent", .3, limits(Reaction.RESET)).verdicts())
        .as("one that is a collapse")
        .anyMatch(verdict -> verdict.startsWith("RESET"));
  }

  @ParameterizedTest
  @EnumSource(Signal.class)
  void shouldTellACollapseByEachSignalAlone(Signal signal) {
    breakTent(6_400);
    HeadStream.Outcome alone = run("tent", .3, limits(Reaction.NONE));
    HeadStream.Outcome guarded = run("tent", .3, signal.config);
    assertThat(guarded.errorServed()).isLessThan(alone.errorServed() - 10);
    assertThat(guarded.verdicts())
        .anyMatch(verdict -> verdict.startsWith("RESET [" + signal.reason));
  }

  /** One limit at a time. */
  enum Signal {
    ENTROPY(
        "entropy collapse",
        new CollapseConfig(.3, Reaction.RESET, .5, Reaction.NONE, 1, Reaction.NONE, 128, 16)),
    DIVERSITY(
        "class collapse",
        new CollapseConfig(.05, Reaction.NONE, .9, Reaction.RESET, 1, Reaction.NONE, 128, 16)),
    DIVERGENCE(
        "drift of predictions",
        new CollapseConfig(.05, Reaction.NONE, .5, Reaction.NONE, 1, Reaction.RESET, 128, 16));

    private final String reason;
    private final CollapseConfig config;

    Signal(String reason, CollapseConfig config) {
      this.reason = reason;
      this.config = config;
    }
  }

  static Stream<String> names() {
    return Methods.names().stream();
  }

  @ParameterizedTest
  @MethodSource("names")
  void shouldGuardEveryMethodTheSameWayAgain(String method) {
    breakTent(10 * BATCH);
    CollapseConfig strict =
        new CollapseConfig(.9, Reaction.HOLD, .99, Reaction.ROLLBACK, .05, Reaction.RESET, 32, 2);
    HeadStream.Outcome one = run(method, 0, strict);
    assertThat(one.verdicts()).hasSize(10);
    assertThat(run(method, 0, strict)).isEqualTo(one);
  }
}
