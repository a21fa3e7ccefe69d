package dev.meander.serving.subscribe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meander.core.weights.LineageId;
import org.junit.jupiter.api.Test;

/** What is known of versions whose floats are not held. */
final class PayloadStateTest {

  private static final LineageId LINEAGE = new LineageId("m", "global");

  private static HeldVersion version(long number) {
    return SubscriptionStateTest.version(LINEAGE, number, (float) number);
  }

  @Test
  void shouldReadBackWhatWasDroppedForItsSize() {
    SubscriptionState tight = new SubscriptionState("m", new SubscriptionLimits(2, 3, 8, 6));
    tight.settle();
    for (long number = 1; number <= 3; number++) { // of 4 bytes each
      tight.adapter(version(number), new LogPosition(0, number));
    }
    assertThat(tight.alias(LINEAGE, new AliasMove(1, 1, null, false)))
        .containsExactly(new Move.ReadBack(LINEAGE, 1, new LogPosition(0, 1)));
    assertThat(tight.alias(LINEAGE, new AliasMove(2, 2, null, false)))
        .singleElement()
        .isInstanceOf(Move.Swap.class);
  }

  @Test
  void shouldReadALocatedVersionWhenItIsToServeAndAskAgainWhenItCannot() {
    SubscriptionState state = new SubscriptionState("m", new SubscriptionLimits(2, 3, 1_000, 6));
    state.settle();
    LogPosition at = new LogPosition(0, 9, 5, 0);
    assertThat(state.located(version(1).version(), at)).containsExactly(new Move.Keep(LINEAGE));
    assertThat(state.alias(LINEAGE, new AliasMove(1, 1, null, false)))
        .containsExactly(new Move.ReadBack(LINEAGE, 1, at));
    assertThat(state.waits()).isFalse();

    Refusal away = new Refusal("OBJECT_UNAVAILABLE", "expected it, found none");
    assertThat(state.unavailable(LINEAGE, 1, away))
        .containsExactly(new Move.Refuse(LINEAGE, 1, away));
    assertThat(state.waits()).isTrue();
    assertThat(state.adapter(version(2), new LogPosition(0, 10)))
        .as("nothing changes for the live version")
        .containsExactly(new Move.Keep(LINEAGE));
    assertThat(state.retry()).containsExactly(new Move.ReadBack(LINEAGE, 1, at));
    assertThat(state.unavailable(LINEAGE, 1, away))
        .as("said once")
        .containsExactly(new Move.Keep(LINEAGE));

    assertThat(state.retry()).hasSize(1);
    assertThat(state.readBack(version(1))).singleElement().isInstanceOf(Move.Swap.class);
    state.swapped(LINEAGE, 1);
    assertThat(state.waits()).isFalse();
    assertThat(state.retry()).isEmpty();
  }
}
