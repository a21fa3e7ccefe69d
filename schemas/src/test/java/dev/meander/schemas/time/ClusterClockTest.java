package dev.meander.schemas.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.junit.jupiter.api.Test;

final class ClusterClockTest {

  private static final long NOW = 1_800_000_000_000L;
  private static final long HOUR = Duration.ofHours(1).toMillis();
  private static final long MARGIN = 10_000;

  private final ClusterClock clock =
      ClusterClock.of(Clock.fixed(Instant.ofEpochMilli(NOW), ZoneOffset.UTC), () -> 0);

  private static InvalidTimestampException refused(long found, long from, long to) {
    return new InvalidTimestampException(
        "Timestamp %d of message with offset 0 is out of range. The timestamp should be within [%d, %d]"
            .formatted(found, from, to));
  }

  @Test
  void shouldBeItsOwnUntilSomethingIsKnown() {
    assertThat(clock.millis()).isEqualTo(NOW);
    assertThat(ClusterClock.of(clock)).isSameAs(clock);
    assertThat(clock.learn(new KafkaException("no leader"))).isFalse();
    assertThat(clock.millis()).isEqualTo(NOW);
  }

  @Test
  void shouldLearnFromARefusalWhenTheClockIsAheadOrBehind() {
    long broker = NOW - 3 * HOUR;
    assertThat(clock.learn(refused(NOW, 0, broker + HOUR))).isTrue();
    assertThat(clock.millis()).isEqualTo(broker + HOUR - MARGIN);
    assertThat(clock.instant()).isEqualTo(Instant.ofEpochMilli(broker + HOUR - MARGIN));

    long later = NOW + 3 * HOUR;
    assertThat(clock.learn(refused(NOW, later - HOUR, later + HOUR))).isTrue();
    assertThat(clock.millis()).isEqualTo(later - HOUR + MARGIN);
  }

  @Test
  void shouldKeepItsTimeWhenTheRefusedRecordWasOldAndTheClockIsRight() {
    assertThat(clock.learn(refused(5, NOW - HOUR, NOW + HOUR))).isTrue();
    assertThat(clock.millis()).isEqualTo(NOW);
  }

  @Test
  void shouldSayHowFarItIsOff() {
    assertThat(ClusterClock.difference(3 * HOUR))
        .isEqualTo("the clock of this machine is 3 h 0 min ahead of the cluster's");
    assertThat(ClusterClock.difference(-90_000))
        .isEqualTo("the clock of this machine is 1 min 30 s behind the cluster's");
    assertThat(ClusterClock.difference(50 * HOUR))
        .isEqualTo("the clock of this machine is 2 d 2 h ahead of the cluster's");
  }
}
