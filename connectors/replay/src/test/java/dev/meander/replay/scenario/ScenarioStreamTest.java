package dev.meander.replay.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meander.replay.scenario.ScenarioStream.Part;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

class ScenarioStreamTest {

  private static final Pictures THREE = Pictures.of(120, 4, "noise", "fog", "frost");
  private static final ScenarioConfig ALL = config(5, 1_000, false, 2);

  private static ScenarioConfig config(int severity, int limit, boolean given, int cycles) {
    return new ScenarioConfig(severity, limit, given, 0, cycles, 10, List.of(), 1);
  }

  private static List<ScenarioSample> all(ScenarioStream stream) {
    List<ScenarioSample> samples = new ArrayList<>();
    for (int part = 0; part < stream.parts().size(); part++) {
      Part bounds = stream.parts().get(part);
      samples.addAll(stream.samples(part, 0, bounds.to() - bounds.from()));
    }
    return samples;
  }

  private static List<ScenarioSample> part(ScenarioStream stream, int part) {
    Part bounds = stream.parts().get(part);
    return stream.samples(part, 0, bounds.to() - bounds.from());
  }

  private static int image(ScenarioSample sample) {
    return (int) sample.input()[2];
  }

  private static List<Integer> images(List<ScenarioSample> samples) {
    return samples.stream().map(ScenarioStreamTest::image).toList();
  }

  private static List<Integer> labels(List<ScenarioSample> samples) {
    return samples.stream().map(ScenarioSample::label).toList();
  }

  @ParameterizedTest
  @EnumSource(
      mode = Mode.EXCLUDE,
      names = {"LABEL_SHIFT"})
  void shouldHoldEveryImageOfEverySegmentOnce(Scenario scenario) {
    ScenarioStream stream = ScenarioStream.of(scenario, ALL, THREE, 1);

    List<ScenarioSample> samples = all(stream);
    assertThat(samples).hasSize(stream.size()).hasSize(120 * stream.segments().size());
    for (int segment = 0; segment < stream.segments().size(); segment++) {
      int wanted = segment;
      List<ScenarioSample> own = samples.stream().filter(s -> s.segment() == wanted).toList();
      assertThat(images(own)).hasSize(120).doesNotHaveDuplicates();
      ScenarioSegment described = stream.segments().get(segment);
      for (ScenarioSample sample : own) {
        assertThat(sample.input()[0]).isEqualTo(THREE.corruptions().indexOf(described.name()));
        assertThat(sample.input()[1]).isEqualTo(described.severity());
        assertThat(sample.label()).isEqualTo(7 * image(sample) % 4);
      }
    }
    assertThat(samples.stream().map(ScenarioSample::index))
        .isEqualTo(IntStream.range(0, samples.size()).boxed().toList());
  }

  @ParameterizedTest
  @EnumSource
  void shouldRepeatForTheSameSeedAndDifferForAnother(Scenario scenario) {
    List<Integer> first = images(all(ScenarioStream.of(scenario, ALL, THREE, 1)));

    assertThat(images(all(ScenarioStream.of(scenario, ALL, THREE, 1)))).isEqualTo(first);
    assertThat(images(all(ScenarioStream.of(scenario, ALL, THREE, 2)))).isNotEqualTo(first);
  }

  @ParameterizedTest
  @EnumSource
  void shouldCoverTheStreamWithParts(Scenario scenario) {
    ScenarioStream stream = ScenarioStream.of(scenario, ALL, THREE, 1);

    int position = 0;
    for (Part part : stream.parts()) {
      assertThat(part.from()).isEqualTo(position);
      assertThat(part.to()).isGreaterThan(position);
      position = part.to();
    }
    assertThat(position).isEqualTo(stream.size());
  }

  @Test
  void shouldGoThroughEveryCorruptionAtOneSeverity() {
    ScenarioConfig third = config(3, 1_000, false, 2);

    for (Scenario scenario : List.of(Scenario.CONTINUAL, Scenario.RESET_EACH_SHIFT)) {
      ScenarioStream stream = ScenarioStream.of(scenario, third, THREE, 1);
      assertThat(stream.segments())
          .containsExactly(
              new ScenarioSegment("noise", 3, 1),
              new ScenarioSegment("fog", 3, 1),
              new ScenarioSegment("frost", 3, 1));
      assertThat(stream.parts())
          .containsExactly(new Part(0, 120), new Part(120, 240), new Part(240, 360));
    }
    assertThat(Scenario.RESET_EACH_SHIFT.resets()).isTrue();
    assertThat(Scenario.RESET_EACH_SHIFT_CORRELATED.resets()).isTrue();
  }

  @ParameterizedTest
  @EnumSource(
      mode = Mode.EXCLUDE,
      names = {"RESET_EACH_SHIFT", "RESET_EACH_SHIFT_CORRELATED"})
  void shouldNotResetElsewhere(Scenario scenario) {
    assertThat(scenario.resets()).isFalse();
  }

  @Test
  void shouldShuffleEverySegmentAlike() {
    ScenarioStream stream = ScenarioStream.of(Scenario.CONTINUAL, ALL, THREE, 1);

    assertThat(images(part(stream, 1))).isEqualTo(images(part(stream, 0)));
    assertThat(images(part(stream, 0))).isNotEqualTo(IntStream.range(0, 120).boxed().toList());
  }

  @Test
  void shouldTakeTheFirstImagesOfTheDataSet() {
    ScenarioStream stream =
        ScenarioStream.of(Scenario.CONTINUAL, config(5, 30, false, 1), THREE, 1);

    assertThat(images(part(stream, 2)))
        .containsExactlyInAnyOrderElementsOf(IntStream.range(0, 30).boxed().toList());
  }

  @Test
  void shouldKeepTheGivenOrder() {
    ScenarioStream stream = ScenarioStream.of(Scenario.CONTINUAL, config(5, 30, true, 1), THREE, 1);

    assertThat(images(part(stream, 1))).isEqualTo(IntStream.range(0, 30).boxed().toList());
  }

  @Test
  void shouldRampSeveritiesUpAndDown() {
    ScenarioStream stream = ScenarioStream.of(Scenario.GRADUAL, ALL, THREE, 1);

    assertThat(stream.segments()).hasSize(27);
    assertThat(stream.segments().stream().map(ScenarioSegment::severity).limit(9))
        .containsExactly(1, 2, 3, 4, 5, 4, 3, 2, 1);
    assertThat(stream.segments().stream().map(ScenarioSegment::name).skip(9).limit(9))
        .containsOnly("fog");
  }

  @Test
  void shouldMixDomainsInOnePart() {
    ScenarioStream stream = ScenarioStream.of(Scenario.MIXED_DOMAINS, ALL, THREE, 1);

    assertThat(stream.parts()).containsExactly(new Part(0, 360));
    assertThat(all(stream).stream().limit(30).map(ScenarioSample::segment).distinct()).hasSize(3);
  }

  @Test
  void shouldSortByClassStably() {
    List<ScenarioSample> shuffled = part(ScenarioStream.of(Scenario.CONTINUAL, ALL, THREE, 1), 1);
    List<ScenarioSample> sorted = new ArrayList<>(shuffled);
    sorted.sort(Comparator.comparingInt(ScenarioSample::label));

    for (Scenario scenario : List.of(Scenario.CORRELATED, Scenario.RESET_EACH_SHIFT_CORRELATED)) {
      assertThat(images(part(ScenarioStream.of(scenario, ALL, THREE, 1), 1)))
          .isEqualTo(images(sorted));
    }
    ScenarioStream gradual = ScenarioStream.of(Scenario.GRADUAL_CORRELATED, ALL, THREE, 1);
    assertThat(gradual.segments()).hasSize(27);
    assertThat(images(part(gradual, 13))).isEqualTo(images(sorted));
  }

  @Test
  void shouldSortTheWholeMixedStream() {
    ScenarioStream stream = ScenarioStream.of(Scenario.MIXED_CORRELATED, ALL, THREE, 1);

    assertThat(stream.parts()).hasSize(1);
    assertThat(labels(all(stream))).isSorted();
    assertThat(all(stream).stream().limit(30).map(ScenarioSample::segment).distinct()).hasSize(3);
  }

  @Test
  void shouldSkewClassesDifferentlyInEverySegment() {
    ScenarioStream stream = ScenarioStream.of(Scenario.LABEL_SHIFT, ALL, THREE, 1);

    List<List<Integer>> counts = new ArrayList<>();
    for (int segment = 0; segment < 3; segment++) {
      List<Integer> labels = labels(part(stream, segment));
      List<Integer> count = new ArrayList<>();
      for (int label = 0; label < 4; label++) {
        count.add(Collections.frequency(labels, label));
      }
      // 30 images of a class, kept 1, 10^(-1/3), 10^(-2/3) and .1 of them
      assertThat(count).containsExactlyInAnyOrder(30, 14, 7, 3);
      counts.add(count);
    }
    assertThat(counts.stream().distinct().count()).isGreaterThan(1);
    assertThat(stream.size()).isEqualTo(3 * 54);
  }

  @Test
  void shouldTakeOtherCorruptionsWhenTheyAreNamed() {
    ScenarioConfig two = new ScenarioConfig(5, 10, false, 0, 1, 10, List.of("frost", "noise"), 1);

    assertThat(
            ScenarioStream.of(Scenario.CONTINUAL, two, THREE, 1).segments().stream()
                .map(ScenarioSegment::name))
        .containsExactly("frost", "noise");
  }

  @Test
  void shouldRecurCycleAfterCycle() {
    ScenarioStream stream = ScenarioStream.of(Scenario.RECURRING, ALL, THREE, 1);

    assertThat(stream.segments().stream().map(ScenarioSegment::cycle))
        .containsExactly(1, 1, 1, 2, 2, 2);
    assertThat(stream.segments().stream().map(ScenarioSegment::name))
        .containsExactly("noise", "fog", "frost", "noise", "fog", "frost");
  }

  @Test
  void shouldShowCleanImagesAfterEveryCorruption() {
    ScenarioStream stream = ScenarioStream.of(Scenario.FORGETTING, ALL, THREE, 1);

    assertThat(stream.segments().stream().map(ScenarioSegment::name))
        .containsExactly("noise", "original", "fog", "original", "frost", "original");
    assertThat(stream.segments().stream().map(ScenarioSegment::isClean))
        .containsExactly(false, true, false, true, false, true);
  }

  @Test
  void shouldNotEndABatchWhereASegmentEndsWhenSamplesComeOneByOne() {
    ScenarioStream stream = ScenarioStream.of(Scenario.SINGLE_SAMPLE, ALL, THREE, 1);

    assertThat(stream.parts()).containsExactly(new Part(0, 360));
    assertThat(all(stream).stream().map(ScenarioSample::segment)).isSorted();
  }

  @Test
  void shouldCutARecordedStreamIntoStretches() {
    Pictures recorded = Pictures.of(50, 4);
    ScenarioConfig twenty = config(5, 20, true, 1);

    ScenarioStream stream = ScenarioStream.of(Scenario.CONTINUAL, twenty, recorded, 1);

    assertThat(stream.segments().stream().map(ScenarioSegment::name))
        .containsExactly("rows 0 to 19", "rows 20 to 39", "rows 40 to 49");
    assertThat(images(all(stream))).isEqualTo(IntStream.range(0, 50).boxed().toList());
    assertThat(ScenarioStream.of(Scenario.CONTINUAL, ALL, recorded, 1).segments()).hasSize(1);
  }

  @Test
  void shouldRefuseCorruptionsThatThereAreNot() {
    assertThatThrownBy(() -> ScenarioStream.of(Scenario.GRADUAL, ALL, Pictures.of(50, 4), 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "expected a scenario without corruptions (continual, single_sample) for pictures,"
                + " which has none, found gradual");
  }

  @Test
  void shouldRefuseAStreamThatDoesNotFitIntoMemory() {
    ScenarioConfig thousand = config(5, 100_000, false, 1_000);
    Pictures many = Pictures.of(100_000, 4, "noise");

    assertThatThrownBy(() -> ScenarioStream.of(Scenario.RECURRING, thousand, many, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "expected a stream of at most 10000000 samples, found 100000000; lower" + " --limit");
  }

  @Test
  void shouldKnowScenariosByName() {
    assertThat(Scenario.of("reset_each_shift")).isEqualTo(Scenario.RESET_EACH_SHIFT);
    assertThat(Scenario.of("mixed")).isEqualTo(Scenario.MIXED_DOMAINS);
    assertThat(Scenario.of("reset")).isEqualTo(Scenario.RESET_EACH_SHIFT);
    assertThat(Scenario.of("single-sample")).isEqualTo(Scenario.SINGLE_SAMPLE);
    assertThat(Scenario.of("mixed_domains_correlated")).isEqualTo(Scenario.MIXED_CORRELATED);
    assertThatThrownBy(() -> Scenario.of("sudden"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "expected a scenario of reset_each_shift, reset_each_shift_correlated, continual,"
                + " gradual, mixed_domains, correlated, correlated_dirichlet, gradual_correlated,"
                + " mixed_correlated, label_shift, recurring, single_sample, forgetting, found \"sudden\"");
  }
}
