package dev.meander.schemas.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meander.schemas.RejectReason;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

class DeadLetterTest {

  @Test
  void shouldKeepTheOriginalHeadersAndSayWhereItCameFrom() {
    Headers original = new RecordHeaders().add("ce_id", utf8("7"));
    Headers headers =
        DeadLetter.headers(
            original, RejectReason.NOT_FINITE, "expected ...", "meander.traffic", 3, 99);
    assertThat(headers.lastHeader("ce_id").value()).isEqualTo(utf8("7"));
    assertThat(headers.lastHeader("meander.reason").value()).isEqualTo(utf8("NOT_FINITE"));
    assertThat(headers.lastHeader("__streams.errors.partition").value()).isEqualTo(utf8("3"));
    assertThat(original.toArray()).hasSize(1);
    assertThat(DeadLetter.read(headers))
        .contains(
            new DeadLetter(RejectReason.NOT_FINITE, "expected ...", "meander.traffic", 3, 99));
  }

  @Test
  void shouldReadWhatKafkaStreamsWrites() {
    Headers headers =
        new RecordHeaders()
            .add("__streams.errors.exception", utf8("java.lang.IllegalStateException"))
            .add("__streams.errors.message", null)
            .add("__streams.errors.topic", utf8("meander.samples"))
            .add("__streams.errors.partition", utf8("0"))
            .add("__streams.errors.offset", utf8("12"));
    assertThat(DeadLetter.read(headers))
        .contains(new DeadLetter(null, "", "meander.samples", 0, 12));
  }

  @Test
  void shouldReadNothingWhenTheOriginIsMissingOrNoNumber() {
    assertThat(DeadLetter.read(new RecordHeaders())).isEmpty();
    Headers headers =
        new RecordHeaders()
            .add("__streams.errors.topic", utf8("t"))
            .add("__streams.errors.partition", utf8("0"))
            .add("__streams.errors.offset", utf8("-1"));
    assertThat(DeadLetter.read(headers)).isEmpty();
  }

  @Test
  void shouldGiveBackTheOriginalHeadersAndCountTheRedrive() {
    Headers original =
        new RecordHeaders().add("ce_id", utf8("7")).add("meander.reason", utf8("its own"));
    Headers letter =
        DeadLetter.headers(original, RejectReason.NOT_FINITE, "expected ...", "t", 0, 0);
    Headers again = DeadLetter.redriven(letter);
    assertThat(again)
        .containsExactly(
            original.toArray()[0],
            original.toArray()[1],
            new RecordHeader("meander.redrive-count", utf8("1")));
    Headers second = DeadLetter.headers(again, RejectReason.NOT_FINITE, "expected ...", "t", 0, 9);
    assertThat(DeadLetter.redrives(second)).isEqualTo(1);
    assertThat(DeadLetter.redriven(second))
        .endsWith(new RecordHeader("meander.redrive-count", utf8("2")))
        .hasSize(3);
  }

  @Test
  void shouldCountNoRedriveWhenTheHeaderIsNoNumber() {
    assertThat(DeadLetter.redrives(new RecordHeaders())).isZero();
    assertThat(DeadLetter.redrives(new RecordHeaders().add("meander.redrive-count", utf8("-1"))))
        .isZero();
  }

  @Test
  void shouldCutAMessageThatIsTooLong() {
    Headers headers =
        DeadLetter.headers(
            new RecordHeaders(), RejectReason.UNDECODABLE, "x".repeat(5000), "t", 0, 0);
    assertThat(headers.lastHeader("__streams.errors.message").value()).hasSize(4096);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
