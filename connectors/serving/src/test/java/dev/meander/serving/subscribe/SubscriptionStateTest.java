package dev.meander.serving.subscribe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meander.core.weights.AdapterVersion;
import dev.meander.core.weights.AdapterWeights;
import dev.meander.core.weights.Block;
import dev.meander.core.weights.Layout;
import dev.meander.core.weights.LineageId;
import dev.meander.core.weights.Role;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class SubscriptionStateTest {

  private static final LineageId LINEAGE = new LineageId("m", "global");
  private static final Layout LAYOUT = new Layout(List.of(new Block("w", Role.WEIGHT, 1)));
  private static final Refusal OTHER_BASE = new Refusal("OTHER_BASE", "expected a, found b");

  private final SubscriptionState state =
      new SubscriptionState("m", new SubscriptionLimits(2, 3, 1_000, 6));

  @BeforeEach
  void caughtUp() {
    state.settle();
  }

  static HeldVersion version(LineageId lineage, long number, float value) {
    AdapterWeights weights = new AdapterWeights(LAYOUT, new float[] {value});
    return new HeldVersion(
        new AdapterVersion(lineage, number, weights.contentHash()), weights, null);
  }

  private static HeldVersion version(long number) {
    return version(LINEAGE, number, (float) number);
  }

  private List<Move> adapter(long number) {
    return state.adapter(version(number), new LogPosition(0, 100 + number));
  }

  private List<Move> alias(long epoch, long live) {
    return state.alias(LINEAGE, new AliasMove(epoch, live, null, false));
  }

  private List<Move> rollback(long epoch, long live, @Nullable Long previous) {
    return state.alias(LINEAGE, new AliasMove(epoch, live, previous, true));
  }

  /** Performs the swap among {@code moves} and returns its version; 0 when there is none. */
  private long swap(List<Move> moves) {
    long swapped = 0;
    for (Move move : moves) {
      if (move instanceof Move.Swap swap) {
        swapped = swap.held().version().number();
        state.swapped(swap.held().version().lineage(), swapped);
      }
    }
    return swapped;
  }

  private static Move keep() {
    return new Move.Keep(LINEAGE);
  }

  private static Move refuse(long version, Enum<?> reason, String message) {
    return new Move.Refuse(LINEAGE, version, Refusal.of(reason, message));
  }

  @Test
  void shouldSwapWhenAdapterCameBeforeItsAlias() {
    assertThat(adapter(1)).containsExactly(keep());
    assertThat(swap(alias(1, 1))).isEqualTo(1);
    assertThat(state.live(LINEAGE)).isEqualTo(1);
  }

  @Test
  void shouldAwaitAndThenSwapWhenAliasCameFirst() {
    assertThat(alias(1, 1)).containsExactly(new Move.Await(LINEAGE, 1));
    assertThat(state.live(LINEAGE)).isZero();
    assertThat(swap(adapter(1))).isEqualTo(1);
  }

  @Test
  void shouldIgnoreAliasWhenEpochIsNotNewer() {
    adapter(1);
    adapter(2);
    swap(alias(7, 2));

    Move stale = new Move.Ignore(LINEAGE, Ignored.STALE_EPOCH);
    assertThat(rollback(7, 1, null)).containsExactly(stale);
    assertThat(rollback(6, 1, null)).containsExactly(stale);
    assertThat(state.live(LINEAGE)).isEqualTo(2);
  }

  @Test
  void shouldGoBackOnlyWhenCauseIsRollback() {
    adapter(1);
    adapter(2);
    swap(alias(1, 2));

    assertThat(alias(2, 1))
        .containsExactly(
            refuse(
                1,
                SubscriptionRefusal.OLDER_WITHOUT_ROLLBACK,
                "expected a live version >= 2 or cause ROLLBACK, found version 1"));
    assertThat(swap(rollback(3, 1, null))).isEqualTo(1);
  }

  @Test
  void shouldUseUpTheEpochOfAnAliasThatWasRefused() {
    adapter(1);
    adapter(2);
    swap(alias(1, 2));
    alias(5, 1);

    assertThat(rollback(5, 1, null)).containsExactly(new Move.Ignore(LINEAGE, Ignored.STALE_EPOCH));
    assertThat(swap(rollback(6, 1, null))).isEqualTo(1);
  }

  @Test
  void shouldRollBackToTheBaseModelWhenLiveIsZero() {
    adapter(1);
    swap(alias(1, 1));

    List<Move> moves = rollback(2, 0, null);

    HeldVersion base = ((Move.Swap) moves.get(0)).held();
    assertThat(base.version().number()).isZero();
    assertThat(base.weights().values()).isEmpty();
    state.swapped(LINEAGE, 0);
    assertThat(state.live(LINEAGE)).isZero();
  }

  @Test
  void shouldKeepTheOldVersionWhenTheNewOneIsRefused() {
    adapter(1);
    swap(alias(1, 1));

    assertThat(state.refusedAdapter(LINEAGE, 2, OTHER_BASE))
        .containsExactly(new Move.Refuse(LINEAGE, 2, OTHER_BASE), keep());
    assertThat(alias(2, 2)).as("said once").containsExactly(keep());
    assertThat(state.live(LINEAGE)).isEqualTo(1);
    adapter(3);
    assertThat(swap(alias(3, 3))).isEqualTo(3);
  }

  @Test
  void shouldSayWhyWhenTheAwaitedVersionIsRefused() {
    alias(1, 1);
    assertThat(state.refusedAdapter(LINEAGE, 1, OTHER_BASE))
        .containsExactly(new Move.Refuse(LINEAGE, 1, OTHER_BASE), keep());
  }

  @Test
  void shouldNotReportOldRefusalsUntilARollbackNamesThem() {
    adapter(2);
    swap(alias(1, 2));
    assertThat(state.refusedAdapter(LINEAGE, 1, OTHER_BASE)).containsExactly(keep());
    assertThat(rollback(2, 1, null)).containsExactly(new Move.Refuse(LINEAGE, 1, OTHER_BASE));
  }

  @Test
  void shouldServeAVersionThatWasRepaired() {
    state.refusedAdapter(LINEAGE, 1, OTHER_BASE);
    alias(1, 1);
    assertThat(swap(adapter(1))).isEqualTo(1);
  }

  @Test
  void shouldRefuseAVersionNumberThatIsUsedForOtherContent() {
    adapter(1);
    swap(alias(1, 1));

    List<Move> moves = state.adapter(version(LINEAGE, 1, 42), new LogPosition(0, 200));

    String first = version(1).version().content().shortHex();
    String second = version(LINEAGE, 1, 42).version().content().shortHex();
    assertThat(moves)
        .containsExactly(
            refuse(
                1,
                SubscriptionRefusal.VERSION_REUSED,
                "expected version 1 to be " + first + " as before, found " + second));
    assertThat(adapter(1)).containsExactly(new Move.Ignore(LINEAGE, Ignored.DUPLICATE));
  }

  @Test
  void shouldSayThatAVersionIsMissingWhenTheLogIsPastIt() {
    adapter(1);
    swap(alias(1, 1));
    assertThat(alias(2, 2)).containsExactly(new Move.Await(LINEAGE, 2));

    assertThat(adapter(3))
        .containsExactly(
            refuse(
                2,
                SubscriptionRefusal.VERSION_NOT_HELD,
                "expected version 2 on the log, found up to version 3 without it"));
    assertThat(adapter(4)).as("said once").containsExactly(keep());
    assertThat(state.live(LINEAGE)).isEqualTo(1);
    assertThat(swap(alias(3, 4))).isEqualTo(4);
  }

  @Test
  void shouldKeepTheNewestVersionsTheLiveAndThePreviousOne() {
    adapter(1);
    adapter(2);
    swap(state.alias(LINEAGE, new AliasMove(1, 2, 1L, false)));
    for (long number = 3; number <= 6; number++) {
      adapter(number);
    }

    assertThat(swap(alias(2, 6))).isEqualTo(6);
    assertThat(swap(rollback(3, 4, null))).as("among the newest three").isEqualTo(4);
    assertThat(rollback(4, 3, null))
        .as("decoded no more")
        .containsExactly(new Move.ReadBack(LINEAGE, 3, new LogPosition(0, 103)));
  }

  @Test
  void shouldSwapImmediatelyWhenRollingBackToThePreviousVersion() {
    adapter(1);
    swap(alias(1, 1));
    for (long number = 2; number <= 6; number++) {
      adapter(number);
    }
    swap(state.alias(LINEAGE, new AliasMove(2, 6, 1L, false)));
    assertThat(swap(rollback(3, 1, null))).isEqualTo(1);
  }

  @Test
  void shouldSwapAfterReadingBack() {
    for (long number = 1; number <= 6; number++) {
      adapter(number);
    }
    swap(alias(1, 6));
    assertThat(rollback(2, 2, null))
        .containsExactly(new Move.ReadBack(LINEAGE, 2, new LogPosition(0, 102)));

    assertThat(swap(state.readBack(version(2)))).isEqualTo(2);
  }

  @Test
  void shouldGiveUpAVersionThatCouldNotBeReadBack() {
    for (long number = 1; number <= 6; number++) {
      adapter(number);
    }
    swap(alias(1, 6));
    rollback(2, 2, null);

    state.refuseForGood(LINEAGE, 2, Refusal.of(SubscriptionRefusal.VERSION_NOT_HELD, "gone"));

    assertThat(adapter(7)).as("it was said already").containsExactly(keep());
    assertThat(state.live(LINEAGE)).isEqualTo(6);
  }

  @Test
  void shouldForgetWhereOldVersionsLieBeyondTheIndex() {
    for (long number = 1; number <= 7; number++) {
      adapter(number);
    }
    swap(alias(1, 7));
    assertThat(rollback(2, 1, null))
        .containsExactly(
            refuse(
                1,
                SubscriptionRefusal.VERSION_NOT_HELD,
                "expected version 1 on the log, found up to version 7 without it"));
  }

  @Test
  void shouldForgetARetiredVersionButNotTheLiveOne() {
    adapter(1);
    adapter(2);
    swap(alias(1, 2));

    assertThat(state.retired(LINEAGE, 1)).containsExactly(keep());
    assertThat(state.retired(LINEAGE, 2)).containsExactly(keep());

    assertThat(state.live(LINEAGE)).isEqualTo(2);
    assertThat(rollback(2, 1, null))
        .containsExactly(
            refuse(
                1,
                SubscriptionRefusal.VERSION_NOT_HELD,
                "expected version 1 on the log, found up to version 2 without it"));
  }

  @Test
  void shouldRefuseOneLineageMoreThanTheLimit() {
    state.alias(new LineageId("m", "a"), new AliasMove(1, 1, null, false));
    state.alias(new LineageId("m", "b"), new AliasMove(1, 1, null, false));
    LineageId third = new LineageId("m", "c");

    assertThat(state.adapter(version(third, 1, 1), new LogPosition(0, 1)))
        .containsExactly(new Move.Ignore(third, Ignored.LINEAGE_LIMIT));
    assertThat(state.alias(third, new AliasMove(1, 1, null, false)))
        .containsExactly(
            new Move.Refuse(
                third,
                1,
                Refusal.of(
                    SubscriptionRefusal.LINEAGE_LIMIT,
                    "expected at most 2 lineages, found m:c besides")));
    assertThat(state.lineages()).isEqualTo(2);
  }

  @Test
  void shouldIgnoreLineagesOfOtherModels() {
    LineageId other = new LineageId("other", "global");
    Move ignore = new Move.Ignore(other, Ignored.OTHER_MODEL);
    assertThat(state.alias(other, new AliasMove(1, 1, null, false))).containsExactly(ignore);
    assertThat(state.adapter(version(other, 1, 1), new LogPosition(0, 1))).containsExactly(ignore);
    assertThat(state.refusedAdapter(other, 1, OTHER_BASE)).containsExactly(ignore);
    assertThat(state.lineages()).isZero();
  }

  @Test
  void shouldRefuseAnAliasWithNegativeNumbers() {
    assertThat(alias(3, -1))
        .containsExactly(
            refuse(
                0,
                SubscriptionRefusal.MALFORMED_ALIAS,
                "expected epoch >= 0 and a live version >= 0, found 3 and -1"));
  }

  @Test
  void shouldDecideOncePerLineageWhenItCaughtUp() {
    state.catchUp();
    for (long number = 1; number <= 4; number++) {
      assertThat(adapter(number)).isEmpty();
      assertThat(alias(number, number)).isEmpty();
    }
    assertThat(state.refusedAdapter(LINEAGE, 5, OTHER_BASE)).isEmpty();

    List<Move> moves = state.settle();

    assertThat(moves).hasSize(2);
    assertThat(moves.get(0)).isEqualTo(new Move.Refuse(LINEAGE, 5, OTHER_BASE));
    assertThat(swap(moves)).isEqualTo(4);
  }

  @Test
  void shouldKeepServingWhenTheLogIsReadFromItsBeginningAgain() {
    adapter(1);
    swap(alias(1, 1));
    adapter(2);
    swap(alias(2, 2));

    state.catchUp();
    adapter(1);
    alias(1, 1);
    adapter(2);
    alias(2, 2);

    assertThat(state.settle()).containsExactly(keep());
    assertThat(state.live(LINEAGE)).isEqualTo(2);
  }

  @Test
  void shouldRefuseLimitsThatMakeNoSense() {
    assertThatThrownBy(() -> new SubscriptionLimits(1, 4, 1_000, 3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "expected lineages >= 1 and versions indexed >= versions kept >= 1, found 1, 3, 4");
  }
}
