package dev.meander.streams.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meander.core.gate.GateConfig;
import dev.meander.core.gate.GateOutcome;
import dev.meander.core.tensor.Sample;
import dev.meander.core.weights.LineageId;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LineageGateTest {

  private static final GateConfig ONE_OF_EACH = new GateConfig(1, 0, 0.99, 0.9, false, 500);

  @Test
  void shouldGoOnFromItsSnapshot() {
    LineageGate gate = gate(3, null);
    assertThat(gate.decide(sample(3), 10).outcome()).isEqualTo(GateOutcome.ADMITTED);
    gate.deadLetter(11);

    LineageGate again = gate(3, gate.snapshot());
    assertThat(again.timeMillis()).isEqualTo(11);
    assertThat(again.isUnreported()).as("it still owes a report").isTrue();
    again.report(4);
    assertThat(gate(3, again.snapshot()).isUnreported()).isFalse();
    assertThat(again.decide(sample(3), 12).outcome()).isEqualTo(GateOutcome.REDUNDANT);
    assertThat(again.report(4).getCounts())
        .containsEntry("ADMITTED", 1L)
        .containsEntry("REDUNDANT", 1L)
        .containsEntry("DEAD_LETTER", 1L);
  }

  @Test
  void shouldKeepItsCountsAloneWhenTheModelIsAnother() {
    LineageGate gate = gate(3, null);
    gate.decide(sample(3), 10);

    LineageGate again = gate(4, gate.snapshot());
    assertThat(again.decide(sample(4), 11).outcome()).isEqualTo(GateOutcome.ADMITTED);
    assertThat(again.report(4).getCounts()).containsEntry("ADMITTED", 2L);
  }

  @Test
  void shouldRefuseDamagedState() {
    assertThatThrownBy(() -> gate(3, new byte[] {1}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("expected at least 57 bytes of gate state for fake:a, found 1");
    assertThatThrownBy(() -> gate(3, new byte[100]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("expected gate state of format 2 for fake:a, found 0");
  }

  private static LineageGate gate(int classes, byte @Nullable [] stored) {
    return new LineageGate(LineageId.parse("fake:a"), ONE_OF_EACH, classes, stored);
  }

  private static Sample sample(int classes) {
    float[] logits = new float[classes];
    logits[0] = 2;
    return new Sample("id", 0, new float[0], logits, 1, 0);
  }
}
