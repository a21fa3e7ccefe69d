package dev.meander.core.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.meander.core.model.FakeModel;
import dev.meander.core.tensor.Tensor;
import dev.meander.core.weights.AdapterWeights;
import dev.meander.core.weights.Block;
import dev.meander.core.weights.Layout;
import dev.meander.core.weights.LineageId;
import dev.meander.core.weights.Role;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class CollapseGuardTest {

  private static final int[] SHAPE = {8};
  private static final int CLASSES = 4;
  private static final LineageId LINEAGE = new LineageId("m", "global");

  private static Verdict judge(CollapseConfig config, Comparison comparison) {
    AdapterWeights none = new AdapterWeights(new Layout(List.of()), new float[0]);
    return new CollapseGuard(config)
        .judge(new Candidate(LINEAGE, 0, none, none), new Evidence(1, 1, 1, comparison));
  }

  @Test
  void shouldSayEveryLimitThatWasPassedAndReactToTheGravest() {
    CollapseConfig config =
        new CollapseConfig(.1, Reaction.HOLD, .5, Reaction.RESET, 1, Reaction.ROLLBACK, 32, 4);
    Comparison healthy = new Comparison(32, true, .2, 1, 1.1, 2, 1);
    assertThat(judge(config, healthy).outcome()).isEqualTo(Verdict.Outcome.PROMOTE);
    Verdict verdict = judge(config, new Comparison(32, true, .05, 1, .9, 2, 1.5));
    assertThat(verdict.outcome()).isEqualTo(Verdict.Outcome.RESET);
    assertThat(verdict.reasons())
        .containsExactly(
            "entropy collapse: 0.0500 nats < guard.entropy.min 0.1 of the base model's 1.0000",
            "class collapse: 0.9000 nats < guard.diversity.min 0.5 of the base model's 2.0000",
            "drift of predictions: 1.5000 nats > guard.divergence.max 1.0");
    assertThat(verdict.evidence()).containsEntry("probeDivergence", 1.5).hasSize(5);
    assertThat(judge(config, new Comparison(32, true, .05, 1, 2, 2, 0)).outcome())
        .isEqualTo(Verdict.Outcome.HOLD);
    assertThat(judge(config, new Comparison(32, true, .05, 1, 2, 2, 2)).outcome())
        .isEqualTo(Verdict.Outcome.ROLLBACK);
  }

  @Test
  void shouldNotLookAtLimitsWithoutAReaction() {
    Comparison worst = new Comparison(32, true, 0, 1, 0, 2, 100);
    Verdict verdict = judge(CollapseConfig.usual(Reaction.NONE), worst);
    assertThat(verdict.outcome()).isEqualTo(Verdict.Outcome.PROMOTE);
    assertThat(CollapseConfig.usual(Reaction.NONE).isOn()).isFalse();
    assertThat(CollapseConfig.usual(Reaction.HOLD).isOn()).isTrue();
  }

  @Test
  void shouldNeverPromotePredictionsThatAreNotFinite() {
    double none = Double.NaN;
    Comparison broken = new Comparison(20, false, none, none, none, none, none);
    Verdict held = judge(CollapseConfig.usual(Reaction.HOLD), broken);
    assertThat(held.outcome()).isEqualTo(Verdict.Outcome.ROLLBACK);
    assertThat(held.reasons()).containsExactly("predictions for 20 probes are not finite");
    assertThat(judge(CollapseConfig.usual(Reaction.RESET), broken).outcome())
        .isEqualTo(Verdict.Outcome.RESET);
  }

  @Test
  void shouldJoinTheGuardsOfAConfiguration() {
    AdapterWeights none = new AdapterWeights(new Layout(List.of()), new float[0]);
    Evidence evidence = new Evidence(1, 1, 1, new Comparison(32, true, 0, 1, 2, 2, 0));
    Verdict verdict =
        EveryGuard.of(new GuardConfig(1, Reaction.HOLD, CollapseConfig.usual(Reaction.RESET)))
            .judge(new Candidate(LINEAGE, 0, none, none), evidence);
    assertThat(verdict.outcome()).isEqualTo(Verdict.Outcome.RESET);
    assertThat(verdict.reasons()).hasSize(1);
    assertThat(verdict.evidence()).containsKeys("drift", "probeEntropy");
    assertThat(EveryGuard.of(new GuardConfig(1))).isInstanceOf(BoundsGuard.class);
  }

  @Test
  void shouldCompareAsTheFormulasSay() {
    float[] base = {.5f, .5f, .9f, .1f};
    for (int i = 0; i < base.length; i++) {
      base[i] = (float) Math.log(base[i]);
    }
    float[] logits = {(float) Math.log(3), 0, 0, 0};
    Comparison seen = Comparison.of(new Tensor(logits, 2, 2), base);
    double h = -(.75 * Math.log(.75) + .25 * Math.log(.25));
    assertThat(seen.entropy()).isCloseTo((h + Math.log(2)) / 2, within(1e-6));
    double q = -(.9 * Math.log(.9) + .1 * Math.log(.1));
    assertThat(seen.baseEntropy()).isCloseTo((Math.log(2) + q) / 2, within(1e-6));
    assertThat(seen.diversity())
        .isCloseTo(-(.625 * Math.log(.625) + .375 * Math.log(.375)), within(1e-6));
    assertThat(seen.baseDiversity())
        .isCloseTo(-(.7 * Math.log(.7) + .3 * Math.log(.3)), within(1e-6));
    double kl =
        .75 * Math.log(.75 / .5)
            + .25 * Math.log(.25 / .5)
            + .5 * Math.log(.5 / .9)
            + .5 * Math.log(.5 / .1);
    assertThat(seen.divergence()).isCloseTo(kl / 2, within(1e-6));
  }

  private static Tensor batch(FakeModel model, int from, int rows) {
    SplittableRandom random = new SplittableRandom(from);
    float[][] inputs = new float[rows][];
    Arrays.setAll(inputs, i -> model.input((from + i) % CLASSES, random, .1));
    return Tensor.stack(List.of(inputs), SHAPE);
  }

  @Test
  void shouldKeepTheFirstSamplesThenOneOfManyAndCompareOnThem() {
    CollapseConfig config =
        new CollapseConfig(.1, Reaction.HOLD, .5, Reaction.HOLD, 1, Reaction.HOLD, 16, 10);
    try (FakeModel model = new FakeModel("m", SHAPE, CLASSES, 1)) {
      Probes probes = new Probes(config, model);
      Layout gains = model.spec().inventory().select(block -> block.role() == Role.GAIN);
      float[] ones = new float[gains.size()];
      Arrays.fill(ones, 1);
      AdapterWeights same = new AdapterWeights(gains, ones);
      AdapterWeights flat = new AdapterWeights(gains, new float[gains.size()]);
      probes.admit(batch(model, 0, 15), model);
      assertThat(probes.compare(same, model)).as("too few").isNull();
      probes.admit(batch(model, 15, 100), model);
      // 16 at first, then samples 20, 30, ... 110
      assertThat(probes.counts()).containsExactly(115, 26);
      Comparison equal = Objects.requireNonNull(probes.compare(same, model));
      assertThat(equal.samples()).isEqualTo(16);
      assertThat(equal.divergence()).isCloseTo(0, within(1e-9));
      assertThat(equal.entropy()).isCloseTo(equal.baseEntropy(), within(1e-9));
      Comparison flattened = Objects.requireNonNull(probes.compare(flat, model));
      assertThat(flattened.entropy()).isGreaterThan(1.3).isGreaterThan(flattened.baseEntropy());
      for (Block block : gains.blocks()) {
        float[] now = new float[block.size()];
        model.read(block, now);
        assertThat(now).as("left at the base").containsOnly(1);
      }
      assertThat(model.tapesOpen()).isZero();
    }
  }

  @Test
  void shouldCompareWithTheBaseModelUnderTheSameStatistics() {
    try (FakeModel model = new FakeModel("m", SHAPE, CLASSES, 1)) {
      Probes probes = new Probes(CollapseConfig.usual(Reaction.HOLD), model);
      probes.admit(batch(model, 0, 40), model);
      Layout blocks =
          model
              .spec()
              .inventory()
              .select(block -> block.role() == Role.GAIN || block.role().isStatistic());
      float[] floats = new float[blocks.size()];
      for (Block block : blocks.blocks()) {
        float[] base = new float[block.size()];
        model.readBase(block, base);
        for (int i = 0; i < base.length; i++) {
          boolean mean = block.role() == Role.RUNNING_MEAN;
          floats[blocks.offset(block) + i] = mean ? base[i] + 3 * (i + 1) : base[i];
        }
      }
      Comparison shifted =
          Objects.requireNonNull(probes.compare(new AdapterWeights(blocks, floats), model));
      assertThat(shifted.divergence()).isCloseTo(0, within(1e-9));
      assertThat(shifted.diversity()).isEqualTo(shifted.baseDiversity());
      Comparison source =
          Objects.requireNonNull(
              probes.compare(new AdapterWeights(blocks, baseOf(model, blocks)), model));
      assertThat(source.baseEntropy()).isNotCloseTo(shifted.baseEntropy(), within(1e-5));
      Block gain =
          blocks.blocks().stream()
              .filter(block -> block.role() == Role.GAIN)
              .findFirst()
              .orElseThrow();
      Arrays.fill(floats, blocks.offset(gain), blocks.offset(gain) + gain.size(), 0);
      Comparison flat =
          Objects.requireNonNull(probes.compare(new AdapterWeights(blocks, floats), model));
      assertThat(flat.divergence()).isGreaterThan(.1);
      assertThat(flat.baseEntropy()).isEqualTo(shifted.baseEntropy());
    }
  }

  private static float[] baseOf(FakeModel model, Layout blocks) {
    float[] floats = new float[blocks.size()];
    for (Block block : blocks.blocks()) {
      float[] base = new float[block.size()];
      model.readBase(block, base);
      System.arraycopy(base, 0, floats, blocks.offset(block), base.length);
    }
    return floats;
  }

  @Test
  void shouldPassOverSamplesThatAreNotFinite() {
    try (FakeModel model = new FakeModel("m", SHAPE, CLASSES, 1)) {
      Probes probes = new Probes(CollapseConfig.usual(Reaction.HOLD), model);
      Tensor batch = batch(model, 0, 20);
      batch.data()[3] = Float.NaN;
      batch.data()[8 + 3] = Float.MAX_VALUE;
      batch.data()[8 + 4] = Float.MAX_VALUE;
      probes.admit(batch, model);
      assertThat(probes.counts()[0]).isEqualTo(20);
      assertThat(probes.counts()[1]).isBetween(18.0, 19.0);
      for (float[] values : probes.floats().values()) {
        for (float value : values) {
          assertThat(value).isFinite();
        }
      }
    }
  }
}
