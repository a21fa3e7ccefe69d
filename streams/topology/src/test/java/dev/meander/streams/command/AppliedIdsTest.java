package dev.meander.streams.command;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AppliedIdsTest {

  @Test
  void shouldRememberTheLastIds() {
    AppliedIds ids = AppliedIds.of(null);
    assertThat(ids.ids()).isEmpty();
    for (int i = 0; i < AppliedIds.MAX + 2; i++) {
      ids = AppliedIds.of(ids.with("id-" + i).toBytes());
    }
    assertThat(ids.ids()).hasSize(AppliedIds.MAX).startsWith("id-2").endsWith("id-65");
    assertThat(ids.contains("id-1")).isFalse();
    assertThat(ids.contains("id-2")).isTrue();
  }
}
