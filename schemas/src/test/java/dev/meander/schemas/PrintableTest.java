package dev.meander.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class PrintableTest {

  @Test
  void shouldLeaveWhatCanBeSeen() {
    assertThat(Printable.escaped("größe 数 🙂 a\\b")).isEqualTo("größe 数 🙂 a\\b");
  }

  @Test
  void shouldEscapeWhatATerminalObeysOrAReaderCannotSee() {
    assertThat(Printable.escaped("a\nb\rc\td\u001b[31m\u0000\u007f\u009b"))
        .isEqualTo("a\\nb\\rc\\td\\u001b[31m\\u0000\\u007f\\u009b");
    assertThat(Printable.escaped("\u202egnp\u2066x\u200b\u00a0\ufeff\u2028\u3164\u115f\ue000"))
        .isEqualTo("\\u202egnp\\u2066x\\u200b\\u00a0\\ufeff\\u2028\\u3164\\u115f\\ue000");
    assertThat(Printable.escaped("\ud800x\udb40\udc01")).isEqualTo("\\ud800x\\u{e0001}");
  }

  @Test
  void shouldShowBytesThatAreNoText() {
    String text = new String(new byte[] {'a', (byte) 0xff, (byte) 0xc0}, StandardCharsets.UTF_8);
    assertThat(Printable.escaped(text)).isEqualTo("a\ufffd\ufffd");
  }

  @Test
  void shouldShortenWhatIsLongerThanItsRoom() {
    assertThat(Printable.shortened("abcde", 5)).isEqualTo("abcde");
    assertThat(Printable.shortened("abcdef", 5)).isEqualTo("abcde... (6 characters)");
    assertThat(Printable.shortened("abc\u0000def", 5)).isEqualTo("abc... (7 characters)");
    assertThat(Printable.shortened("ab🙂cd", 3)).isEqualTo("ab... (6 characters)");
    assertThat(Printable.shortened("x".repeat(1 << 20)))
        .isEqualTo("x".repeat(80) + "... (1048576 characters)");
    assertThatThrownBy(() -> Printable.shortened("a", 0))
        .hasMessage("expected a width >= 1, found 0");
  }
}
