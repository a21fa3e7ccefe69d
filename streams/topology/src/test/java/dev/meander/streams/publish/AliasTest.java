package dev.meander.streams.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class AliasTest {

  @Test
  void shouldReadWhatItWrote() {
    Alias alias = Alias.NONE.published(5).published(7).moveTo(5, true);
    assertThat(alias).isEqualTo(new Alias(3, 5, 7, 7, true, false));
    assertThat(Alias.of("fake:a", alias.toBytes())).isEqualTo(alias);
    Alias paused = alias.pin(false).pause(true);
    assertThat(Alias.of("fake:a", paused.toBytes())).isEqualTo(paused);
    assertThat(Alias.of("fake:a", null)).isEqualTo(new Alias(0, 0, -1, 0, false, false));
  }

  @Test
  void shouldStayWhereItIsPinnedWhenVersionsArePublished() {
    Alias pinned = Alias.NONE.published(1).pin(true);
    assertThat(pinned.published(2)).isEqualTo(new Alias(2, 1, -1, 2, true, false));
    assertThat(pinned.published(2).pin(false).published(3))
        .isEqualTo(new Alias(4, 3, 1, 3, false, false));
  }

  @Test
  void shouldRefuseDamagedState() {
    assertThatThrownBy(() -> Alias.of("fake:a", new byte[3]))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("expected 37 bytes of alias for fake:a, found 3");
    assertThatThrownBy(() -> Alias.of("fake:a", new byte[37]))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("expected an alias of format 2 for fake:a, found 0");
  }
}
