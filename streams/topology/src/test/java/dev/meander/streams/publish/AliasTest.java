package dev.meander.streams.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class AliasTest {

  @Test
  void shouldReadWhatItWrote() {
    Alias alias = Alias.NONE.moveTo(5).moveTo(7);
    assertThat(alias).isEqualTo(new Alias(2, 7));
    assertThat(Alias.of("fake:a", alias.toBytes())).isEqualTo(alias);
    assertThat(Alias.of("fake:a", null)).isEqualTo(new Alias(0, 0));
  }

  @Test
  void shouldRefuseDamagedState() {
    assertThatThrownBy(() -> Alias.of("fake:a", new byte[3]))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("expected 20 bytes of alias for fake:a, found 3");
    assertThatThrownBy(() -> Alias.of("fake:a", new byte[20]))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("expected an alias of format 1 for fake:a, found 0");
  }
}
