package dev.meander.core.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.meander.core.tensor.Sample;
import dev.meander.kit.Seeds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class EntropyGateTest {

  private static final GateConfig OFF = new GateConfig(1, 0, 1, .9, false, 500);
  private static final GateConfig ON = new GateConfig(.6, .05, .9, .5, false, 500);
  private static final GateConfig ADAPTIVE = new GateConfig(.6, .05, .98, .9, true, 3);

  @Test
  void shouldAdmitEverythingWhenSwitchedOff() {
    EntropyGate gate = new EntropyGate(OFF, 4);
    assertThat(gate.decide(sample(0, 0, 0, 0)).reason()).isEqualTo("entropy 1.3863");
    assertThat(gate.decide(sample(90, 0, 0, 0)).reason()).isEqualTo("entropy 0.0000");
    assertThat(gate.decide(sample(90, 0, 0, 0)).admitted()).isTrue();
  }

  @Test
  void shouldAdmitWhenTheEventCarriesNoLogits() {
    GateDecision decision = new EntropyGate(ON, 4).decide(sample());
    assertThat(decision.outcome()).isEqualTo(GateOutcome.ADMITTED);
    assertThat(decision.entropy()).isNaN();
    assertThat(decision.reason()).isEqualTo("no logits to judge by");
  }

  @Test
  void shouldCallAnEventUnreliableWhenItsEntropyIsHigh() {
    GateDecision decision = new EntropyGate(ON, 4).decide(sample(0, 0, 0, 0));
    assertThat(decision.outcome()).isEqualTo(GateOutcome.UNRELIABLE);
    assertThat(decision.admitted()).isFalse();
    assertThat(decision.entropy()).isEqualTo(Math.log(4), within(1e-6));
    assertThat(decision.reason()).isEqualTo("entropy 1.3863 >= 0.8318");
  }

  @Test
  void shouldCallAnEventCertainWhenItsEntropyIsLow() {
    GateDecision decision = new EntropyGate(ON, 4).decide(sample(9, 0, 0, 0));
    assertThat(decision.outcome()).isEqualTo(GateOutcome.CERTAIN);
    assertThat(decision.reason()).isEqualTo("entropy 0.0037 <= 0.0693");
  }

  @Test
  void shouldCallAnEventRedundantWhenItIsLikeTheMeanAnswer() {
    EntropyGate gate = new EntropyGate(ON, 4);
    assertThat(gate.decide(sample(4, 0, 0, 0)))
        .extracting(GateDecision::outcome, GateDecision::reason)
        .containsExactly(GateOutcome.ADMITTED, "entropy 0.2618");
    assertThat(gate.decide(sample(4, 0, 0, 0)))
        .extracting(GateDecision::outcome, GateDecision::reason)
        .containsExactly(GateOutcome.REDUNDANT, "cosine with the mean answer 1.0000 >= 0.9000");
    assertThat(gate.decide(sample(0, 4, 0, 0)).outcome()).isEqualTo(GateOutcome.ADMITTED);
  }

  @Test
  void shouldMoveTheMeanAnswerOnlyWhenAnEventIsAdmitted() {
    EntropyGate gate = new EntropyGate(ON, 4);
    gate.decide(sample(4, 0, 0, 0));
    gate.decide(sample(0, 4, 0, 0));
    // m = (p1 + p2) / 2 has cosine .72 with either, so the first one passes again
    assertThat(gate.decide(sample(4, 0, 0, 0)).outcome()).isEqualTo(GateOutcome.ADMITTED);
    byte[] before = gate.snapshot();
    gate.decide(sample(0, 0, 0, 0));
    gate.decide(sample(4, 0, 0, 0));
    byte[] after = gate.snapshot();
    assertThat(tail(after)).as("mean answer after two skipped events").isEqualTo(tail(before));
  }

  @Test
  void shouldFollowTheStreamWhenAdaptive() {
    EntropyGate gate = new EntropyGate(new GateConfig(.4, 0, 1, .9, true, 2), 4);
    double warm = gate.decide(sample(2, 0, 0, 0)).entropy();
    warm = (warm + gate.decide(sample(3, 0, 0, 0)).entropy()) / 2;
    GateDecision third = gate.decide(sample(0, 0, 0, 0));
    double max = .4 * Math.log(4) * ((2 * warm + Math.log(4)) / 3) / warm;
    assertThat(third.reason()).isEqualTo(String.format(Locale.ROOT, "entropy 1.3863 >= %.4f", max));
    assertThat(max).as("the threshold moved").isGreaterThan(.4 * Math.log(4) + .1);
  }

  @Test
  void shouldContinueAsIfUninterruptedWhenRestoredAnywhere() {
    Seeds.forEach(
        10,
        random -> {
          List<Sample> samples = new ArrayList<>();
          for (int i = 0; i < 30; i++) {
            samples.add(sample(Seeds.gaussians(random, 4, 2)));
          }
          EntropyGate whole = new EntropyGate(ADAPTIVE, 4);
          List<GateDecision> expected = samples.stream().map(whole::decide).toList();
          assertThat(expected.stream().map(GateDecision::outcome).distinct().count())
              .as("several outcomes")
              .isGreaterThan(1);
          for (int cut = 0; cut <= samples.size(); cut++) {
            EntropyGate before = new EntropyGate(ADAPTIVE, 4);
            List<GateDecision> found =
                new ArrayList<>(samples.subList(0, cut).stream().map(before::decide).toList());
            EntropyGate after = new EntropyGate(ADAPTIVE, 4);
            after.restore(before.snapshot());
            assertThat(after.snapshot()).isEqualTo(before.snapshot());
            found.addAll(samples.subList(cut, samples.size()).stream().map(after::decide).toList());
            assertThat(found).as("cut at %s", cut).isEqualTo(expected);
            assertThat(after.snapshot()).isEqualTo(whole.snapshot());
          }
        });
  }

  @Test
  void shouldRefuseWhenTheSnapshotIsNotItsOwn() {
    EntropyGate gate = new EntropyGate(ON, 4);
    assertThatThrownBy(() -> gate.restore(new byte[3]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("expected a gate snapshot of 49 bytes, version 1, 4 classes, found 3 bytes");
    assertThatThrownBy(() -> gate.restore(new EntropyGate(ON, 5).snapshot()))
        .hasMessage("expected a gate snapshot of 49 bytes, version 1, 4 classes, found 53 bytes");
    assertThatThrownBy(() -> gate.restore(new byte[49]))
        .hasMessage("expected a gate snapshot of 49 bytes, version 1, 4 classes, found 49 bytes");
  }

  @Test
  void shouldRefuseWhenClassesAreWrong() {
    assertThatThrownBy(() -> new EntropyGate(ON, 1))
        .hasMessage("expected at least 2 classes, found 1");
    assertThatThrownBy(() -> new EntropyGate(ON, 4).decide(sample(1, 2, 3)))
        .hasMessage("expected 4 logits, found 3 in e1");
  }

  private static byte[] tail(byte[] snapshot) {
    return Arrays.copyOfRange(snapshot, snapshot.length - 17, snapshot.length);
  }

  private static Sample sample(float... logits) {
    return new Sample("e1", 0, new float[0], logits, 1, 0);
  }
}
