package dev.meander.streams.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meander.schemas.CommandKind;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AliasRulesTest {

  /** Version 9 is live after 8; 1 to 3 were retired; 7 is written as a change against 6. */
  private static final Alias NINE = new Alias(9, 9, 8, 9, false, false);

  /** Version 5 is live and pinned after 9. */
  private static final Alias PINNED = new Alias(10, 5, 9, 9, true, false);

  private static Ruling rule(Alias now, CommandKind kind, @Nullable Long version) {
    VersionLedger ledger = new VersionLedger();
    for (long number = 4; number <= 9; number++) {
      ledger.add(new VersionLedger.Entry(number, number == 7 ? 6 : 0, 0));
    }
    return new AliasRules(now, ledger).rule(kind, version);
  }

  private static String refusal(Alias now, CommandKind kind, @Nullable Long version) {
    Ruling ruling = rule(now, kind, version);
    assertThat(ruling).isInstanceOf(Ruling.Refuse.class);
    return ((Ruling.Refuse) ruling).reason();
  }

  private static String note(Alias now, CommandKind kind, @Nullable Long version) {
    Ruling ruling = rule(now, kind, version);
    assertThat(ruling).isInstanceOf(Ruling.Nothing.class);
    return ((Ruling.Nothing) ruling).note();
  }

  @Test
  void shouldPauseAndResumeWhateverIsServed() {
    assertThat(rule(NINE, CommandKind.PAUSE, null))
        .isEqualTo(new Ruling.Move(new Alias(10, 9, 8, 9, false, true), "PAUSE"));
    assertThat(rule(Alias.NONE, CommandKind.PAUSE, null))
        .isEqualTo(new Ruling.Move(new Alias(1, 0, -1, 0, false, true), "PAUSE"));
    Alias paused = PINNED.pause(true);
    assertThat(note(paused, CommandKind.PAUSE, null)).isEqualTo("the lineage is paused already");
    assertThat(rule(paused, CommandKind.UNPIN, null))
        .isEqualTo(new Ruling.Move(new Alias(12, 5, 9, 9, false, true), "UNPIN"));
    assertThat(rule(paused, CommandKind.RESUME, null))
        .isEqualTo(new Ruling.Move(new Alias(12, 5, 9, 9, true, false), "RESUME"));
    assertThat(note(NINE, CommandKind.RESUME, null)).isEqualTo("the lineage is not paused");
  }

  @Test
  void shouldMakeAnOlderVersionLiveAndPinItWhenRolledBack() {
    assertThat(rule(NINE, CommandKind.ROLLBACK, 5L)).isEqualTo(new Ruling.Move(PINNED, "ROLLBACK"));
    assertThat(rule(NINE, CommandKind.ROLLBACK, null))
        .isEqualTo(new Ruling.Move(new Alias(10, 8, 9, 9, true, false), "ROLLBACK"));
    assertThat(rule(NINE, CommandKind.ROLLBACK, 0L))
        .isEqualTo(new Ruling.Move(new Alias(10, 0, 9, 9, true, false), "ROLLBACK"));
    assertThat(rule(NINE, CommandKind.ROLLBACK, 9L))
        .isEqualTo(new Ruling.Move(new Alias(10, 9, 8, 9, true, false), "PIN"));
    assertThat(rule(PINNED, CommandKind.ROLLBACK, 4L))
        .isEqualTo(new Ruling.Move(new Alias(11, 4, 5, 9, true, false), "ROLLBACK"));
    assertThat(note(PINNED, CommandKind.ROLLBACK, 5L))
        .isEqualTo("version 5 is live and pinned already");
  }

  @Test
  void shouldRefuseToRollBackToWhatIsNotThere() {
    assertThat(refusal(NINE, CommandKind.ROLLBACK, 12L))
        .isEqualTo("unknown version: expected at most version 9, the newest, found version 12");
    assertThat(refusal(NINE, CommandKind.ROLLBACK, 3L))
        .isEqualTo("retired version: version 3 is no longer on the log");
    assertThat(refusal(PINNED, CommandKind.ROLLBACK, 6L))
        .isEqualTo(
            "expected a version before version 5, which is live, found version 6: promote it"
                + " instead");
    assertThat(refusal(Alias.NONE.published(1), CommandKind.ROLLBACK, null))
        .isEqualTo("expected a version, found none and no previous one");
    assertThat(refusal(Alias.NONE, CommandKind.ROLLBACK, 1L))
        .isEqualTo("unknown lineage: it has published no version yet");
  }

  @Test
  void shouldMakeANewerVersionLiveWhenPromoted() {
    Alias unpinned = PINNED.pin(false);
    assertThat(rule(unpinned, CommandKind.PROMOTE, 7L))
        .isEqualTo(new Ruling.Move(new Alias(12, 7, 5, 9, false, false), "PROMOTE"));
    assertThat(rule(unpinned, CommandKind.PROMOTE, null))
        .isEqualTo(new Ruling.Move(new Alias(12, 9, 5, 9, false, false), "PROMOTE"));
    assertThat(note(NINE, CommandKind.PROMOTE, null)).isEqualTo("version 9 is live already");
    assertThat(refusal(PINNED, CommandKind.PROMOTE, 7L))
        .isEqualTo("pinned: version 5 stays live until it is unpinned or rolled back");
    assertThat(refusal(NINE, CommandKind.PROMOTE, 5L))
        .isEqualTo(
            "expected a version after version 9, which is live, found version 5: roll back instead");
  }

  @Test
  void shouldPinAndUnpinWhatIsLive() {
    assertThat(rule(NINE, CommandKind.PIN, null))
        .isEqualTo(new Ruling.Move(new Alias(10, 9, 8, 9, true, false), "PIN"));
    assertThat(note(PINNED, CommandKind.PIN, 5L)).isEqualTo("version 5 is pinned already");
    assertThat(refusal(NINE, CommandKind.PIN, 8L))
        .isEqualTo("expected version 8 to be live, found version 9");
    assertThat(rule(PINNED, CommandKind.UNPIN, null))
        .isEqualTo(new Ruling.Move(new Alias(11, 5, 9, 9, false, false), "UNPIN"));
    assertThat(note(NINE, CommandKind.UNPIN, null)).isEqualTo("no version is pinned");
  }

  @Test
  void shouldServeTheBaseModelAfterAResetUnlessPinned() {
    assertThat(rule(NINE, CommandKind.RESET, null))
        .isEqualTo(new Ruling.Move(new Alias(10, 0, 9, 9, false, false), "ROLLBACK"));
    assertThat(note(PINNED, CommandKind.RESET, null)).isEqualTo("pinned: version 5 stays live");
    assertThat(note(Alias.NONE, CommandKind.RESET, null))
        .isEqualTo("the base model is live already");
  }

  @Test
  void shouldRemoveOnlyWhatNobodyNeedsWhenRetired() {
    assertThat(rule(NINE, CommandKind.RETIRE, 7L)).isEqualTo(new Ruling.Remove(7));
    assertThat(note(NINE, CommandKind.RETIRE, 2L)).isEqualTo("version 2 is not on the log");
    assertThat(refusal(NINE, CommandKind.RETIRE, 9L)).isEqualTo("version 9 is live");
    assertThat(refusal(NINE, CommandKind.RETIRE, 8L))
        .isEqualTo("version 8 is the previous version");
    assertThat(refusal(NINE, CommandKind.RETIRE, 6L))
        .isEqualTo("version 7 is written as a change against it");
    assertThat(refusal(NINE, CommandKind.RETIRE, null))
        .isEqualTo("expected a version >= 1, found none");
    assertThat(refusal(NINE, CommandKind.RETIRE, 0L))
        .isEqualTo("expected a version >= 1, found 0, the base model");
    assertThat(refusal(NINE, CommandKind.RETIRE, 99L)).startsWith("unknown version: ");
  }
}
