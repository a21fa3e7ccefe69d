package dev.meander.core.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meander.core.codec.CodecChoice;
import dev.meander.core.codec.Encoding;
import dev.meander.core.guard.Candidate;
import dev.meander.core.learner.Origin;
import dev.meander.core.learner.Version;
import dev.meander.core.weights.AdapterVersion;
import dev.meander.core.weights.AdapterWeights;
import dev.meander.core.weights.Block;
import dev.meander.core.weights.Layout;
import dev.meander.core.weights.LineageId;
import dev.meander.core.weights.Role;
import dev.meander.kit.Seeds;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class FramingTest {

  private static final LineageId LINEAGE = new LineageId("m", "global");
  private static final int SIZE = 100_000;
  private static final Layout LAYOUT = layout(new Block("w", Role.WEIGHT, SIZE));
  private static final CodecChoice COMPEFT = CodecChoice.configured("float32", "compeft", .05, .01);

  private final Framing framing = new Framing(new Framing.Config(COMPEFT, 4, 1));

  private static Layout layout(Block... blocks) {
    return new Layout(List.of(blocks));
  }

  private static Version version(long number, long parent, Layout layout, float... values) {
    AdapterWeights weights = new AdapterWeights(layout, values);
    AdapterWeights base = new AdapterWeights(layout, new float[values.length]);
    return new Version(
        new AdapterVersion(LINEAGE, number, weights.contentHash()),
        new Candidate(LINEAGE, parent, weights, base),
        weights.contentHash(),
        weights.contentHash(),
        "tent",
        1,
        number,
        64 * number,
        64 * (number - 1),
        64 * number - 1,
        new Origin(0, 0),
        List.of(),
        1_000,
        Map.of());
  }

  /** The walk of a learner: each version a normal step from the one before. */
  private static List<Version> walk(int versions) {
    SplittableRandom random = new SplittableRandom(1);
    float[] values = Seeds.gaussians(random, SIZE, 1);
    List<Version> walk = new ArrayList<>();
    for (int number = 1; number <= versions; number++) {
      float[] step = Seeds.gaussians(random, SIZE, .01);
      for (int i = 0; i < SIZE; i++) {
        values[i] += step[i];
      }
      walk.add(version(number, number - 1L, LAYOUT, values));
    }
    return walk;
  }

  private static Framing.Frame write(Framing framing, Version version) {
    Framing.Frame frame = framing.frame(version);
    framing.written(version, frame);
    return frame;
  }

  private static Encoding.Encoded encoded(Framing.Frame frame) {
    return (Encoding.Encoded) frame.encoding();
  }

  @Test
  void shouldWriteEveryFourthVersionWhole() {
    assertThat(walk(9))
        .extracting(version -> write(framing, version).type())
        .containsExactly("KEY", "DELTA", "DELTA", "DELTA", "KEY", "DELTA", "DELTA", "DELTA", "KEY");
  }

  @Test
  void shouldWriteAChangeThirtyTimesSmallerThanTheFloats() {
    List<Version> walk = walk(2);
    write(framing, walk.get(0));
    Framing.Frame change = framing.frame(walk.get(1));
    assertThat(change.type()).isEqualTo("DELTA");
    assertThat(30L * encoded(change).payload().length).isLessThan(4L * SIZE);
  }

  @Test
  void shouldNotDriftFromTheLearner() {
    Framing longest = new Framing(new Framing.Config(COMPEFT, 1_000, 1));
    double worst = 0;
    for (Version version : walk(60)) {
      Encoding.Encoded encoded = encoded(write(longest, version));
      worst =
          Math.max(
              worst,
              encoded.relativeError(version.candidate().weights().values(), new float[SIZE]));
    }
    // 60 steps of .01 lead .077 away; what is left out stays below two of them
    assertThat(worst).isBetween(.01, .02);
  }

  @Test
  void shouldWriteWholeWhenTheErrorPassesTheBound() {
    Framing strict = new Framing(new Framing.Config(COMPEFT, 1_000, .012));
    List<String> types = new ArrayList<>();
    for (Version version : walk(12)) {
      Framing.Frame frame = write(strict, version);
      types.add(frame.type());
      assertThat(
              encoded(frame).relativeError(version.candidate().weights().values(), new float[SIZE]))
          .isLessThanOrEqualTo(.012);
    }
    assertThat(types).contains("DELTA").filteredOn("KEY"::equals).hasSizeGreaterThan(2);
  }

  @Test
  void shouldWriteWholeWhenTheParentIsNotTheVersionWrittenLast() {
    List<Version> walk = walk(3);
    write(framing, walk.get(0));
    write(framing, walk.get(1));
    float[] values = walk.get(2).candidate().weights().values();
    Framing.Frame afterRollback = framing.frame(version(3, 1, LAYOUT, values));
    assertThat(afterRollback.type()).isEqualTo("KEY");
    assertThat(afterRollback.parent()).isEqualTo(1);
  }

  @Test
  void shouldWriteWholeWhenAChangeIsNoShorter() {
    CodecChoice exact = CodecChoice.configured("float32", "xor-zstd", 1, 0);
    Framing small = new Framing(new Framing.Config(exact, 9, 1));
    Layout one = layout(new Block("w", Role.WEIGHT, 1));
    write(small, version(1, 0, one, 1));
    assertThat(small.frame(version(2, 1, one, 2)).type()).isEqualTo("KEY");
  }

  @Test
  void shouldWriteWholeWhenTheParentWasRemovedFromTheLog() {
    List<Version> walk = walk(3);
    write(framing, walk.get(0));
    framing.keyNext();
    assertThat(write(framing, walk.get(1)).type()).isEqualTo("KEY");
    assertThat(framing.frame(walk.get(2)).type()).isEqualTo("DELTA");
  }

  @Test
  void shouldWriteWholeWhenTheLearnerBeganAnew() {
    List<Version> walk = walk(2);
    write(framing, walk.get(0));
    Version next = walk.get(1);
    assertThat(framing.frame(next).type()).isEqualTo("DELTA");
    Version anew =
        new Version(
            next.id(),
            next.candidate(),
            next.stateHash(),
            next.configHash(),
            next.method(),
            next.seed(),
            next.step(),
            next.samples(),
            next.firstOffset(),
            next.lastOffset(),
            new Origin(64, 1),
            next.pauses(),
            next.eventTimeMillis(),
            next.metrics());
    assertThat(framing.frame(anew).type()).isEqualTo("KEY");
  }

  @Test
  void shouldWriteWholeWhenTheLayoutChanges() {
    write(framing, walk(1).get(0));
    Layout other = layout(new Block("v", Role.WEIGHT, SIZE));
    assertThat(framing.frame(version(2, 1, other, new float[SIZE])).type()).isEqualTo("KEY");
  }

  @Test
  void shouldWriteWholeWhenAChangeWouldMakeAVarianceNegative() {
    Layout variances = layout(new Block("w", Role.RUNNING_VARIANCE, 4));
    Framing dense =
        new Framing(
            new Framing.Config(CodecChoice.configured("float32", "compeft", 1, .01), 9, 1e9));
    write(dense, version(1, 0, variances, 1, 1, 1, 1));
    // one scale for all four: the mean size of 0.75 takes .2 from the last, which has only .1
    Version next = version(2, 1, variances, 2, 2, 1.8f, .9f);
    write(dense, next);
    Version small = version(3, 2, variances, 3, 3, 2.8f, .01f);
    Framing.Frame frame = dense.frame(small);
    assertThat(frame.type()).isEqualTo("KEY");
  }

  @Test
  void shouldComeFromTheLastVersionWrittenAndFromAllSamplesSince() {
    List<Version> walk = walk(5);
    write(framing, walk.get(0));
    framing.heldBack(walk.get(1));
    framing.heldBack(walk.get(2));
    Framing.Frame frame = write(framing, walk.get(3));
    assertThat(frame.type()).isEqualTo("DELTA");
    assertThat(frame.parent()).isEqualTo(1);
    assertThat(frame.firstOffset()).isEqualTo(64);
    Framing.Frame next = framing.frame(walk.get(4));
    assertThat(next.parent()).isEqualTo(4);
    assertThat(next.firstOffset()).isEqualTo(256);
  }

  @Test
  void shouldSayWhichFloatsNoCodecCanHold() {
    Framing half =
        new Framing(new Framing.Config(CodecChoice.configured("float16", "compeft", 1, 0), 1, 1));
    Version huge = version(1, 0, layout(new Block("w", Role.WEIGHT, 1)), 1e9f);
    Framing.Frame frame = half.frame(huge);
    assertThat(frame.encoding()).isInstanceOf(Encoding.Refused.class);
    assertThatThrownBy(() -> half.written(huge, frame))
        .hasMessageStartingWith("expected a frame with a payload, found Frame[type=KEY");
  }

  @Test
  void shouldGiveTheSameFramesFromASnapshot() {
    Framing.Config config = new Framing.Config(COMPEFT, 4, 1);
    Framing restored = new Framing(config);
    for (Version version : walk(7)) {
      restored = Framing.restore(config, restored.snapshot());
      Framing.Frame expected = write(framing, version);
      Framing.Frame found = write(restored, version);
      assertThat(found.type()).isEqualTo(expected.type());
      assertThat(encoded(found).payload()).isEqualTo(encoded(expected).payload());
      assertThat(restored.snapshot().values())
          .allSatisfy(block -> assertThat(block.length).isLessThanOrEqualTo(262_144));
    }
    assertThat(restored.snapshot()).usingRecursiveComparison().isEqualTo(framing.snapshot());
  }

  @Test
  void shouldRememberOnlyCountersWhenEveryVersionIsWhole() {
    Framing whole = new Framing(new Framing.Config(COMPEFT, 1, 1));
    write(whole, walk(1).get(0));
    assertThat(whole.snapshot()).containsOnlyKeys("place");
  }

  @Test
  void shouldRefuseADamagedSnapshot() {
    Framing.Config config = new Framing.Config(COMPEFT, 4, 1);
    Version first = walk(1).get(0);
    write(framing, first);
    Map<String, byte[]> damaged = framing.snapshot();
    damaged.remove("held/1");
    assertThatThrownBy(() -> Framing.restore(config, damaged))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("expected state block held/1, found none");
    byte[] place = Objects.requireNonNull(damaged.get("place")).clone();
    place[0] = 9;
    damaged.put("place", place);
    assertThatThrownBy(() -> Framing.restore(config, damaged))
        .hasMessage("expected framing state of format 1, found 150994945");
  }
}
