package dev.meander.schemas.stall;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class StallRuleTest {

  private static final TopicPartition A = new TopicPartition("a", 0);
  private static final TopicPartition B = new TopicPartition("b", 10);
  private static final TopicPartition B2 = new TopicPartition("b", 2);
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private final StallRule rule = new StallRule(Duration.ofSeconds(10));

  private List<Stall> at(int second, Map<TopicPartition, PartitionEnds> ends) {
    return rule.observe(ends, START.plusSeconds(second));
  }

  private static Map<TopicPartition, PartitionEnds> a(long stable, long end) {
    return Map.of(A, new PartitionEnds(stable, end));
  }

  @Test
  void shouldNameThePartitionWhenItsStableOffsetStandsLongerThanATransactionMay() {
    assertThat(at(0, a(5, 9))).isEmpty();
    assertThat(at(10, a(5, 20))).isEmpty();
    assertThat(at(11, a(5, 30)))
        .containsExactly(new Stall(A, new PartitionEnds(5, 30), START, Duration.ofSeconds(11)));
  }

  @Test
  void shouldStartAgainWhenTheOffsetMoves() {
    at(0, a(5, 9));
    at(9, a(6, 9));
    assertThat(at(19, a(6, 9))).isEmpty();
    assertThat(at(20, a(6, 9))).hasSize(1);
  }

  @Test
  void shouldSayNothingOfAPartitionThatIsIdleHoweverLong() {
    at(0, a(9, 9));
    assertThat(at(1000, a(9, 9))).isEmpty();
    // the first record of a transaction: counted from now on
    assertThat(at(1001, a(9, 10))).isEmpty();
    assertThat(at(1011, a(9, 11))).isEmpty();
  }

  @Test
  void shouldForgetTheStallWhenNothingLiesBehindAnyMore() {
    at(0, a(5, 9));
    at(11, a(9, 9));
    assertThat(at(12, a(9, 12))).isEmpty();
  }

  @Test
  void shouldKeepThePastWhenOneLookDoesNotSeeThePartition() {
    at(0, a(5, 9));
    at(6, Map.of());
    assertThat(at(12, a(5, 9))).extracting(Stall::since).containsExactly(START);
  }

  @Test
  void shouldForgetAPartitionThatIsNotAskedForAnyMore() {
    at(0, a(5, 9));
    rule.retain(Set.of(B));
    assertThat(at(12, a(5, 9))).isEmpty();
  }

  @Test
  void shouldNameThemInTheOrderOfTopicsAndNumbers() {
    PartitionEnds ends = new PartitionEnds(0, 1);
    Map<TopicPartition, PartitionEnds> all = Map.of(B, ends, B2, ends, A, ends);
    at(0, all);
    assertThat(at(11, all)).extracting(Stall::partition).containsExactly(A, B2, B);
  }

  @Test
  void shouldTakeAClockThatGoesBackForNoStall() {
    at(100, a(5, 9));
    assertThat(at(0, a(5, 9))).isEmpty();
  }

  @Test
  void shouldSayWhereSinceWhenAndHowMuch() {
    at(0, a(5, 9));
    assertThat(at(65, a(5, 45)).get(0).line())
        .isEqualTo(
            "partition a-0 stands still: committed records end at offset 5 since"
                + " 2026-01-01T00:00:00Z (65 s), offsets behind it: 40");
  }

  @Test
  void shouldSayWhoseTransactionItWaitsFor() {
    Stall stall = new Stall(A, new PartitionEnds(5, 9), START, Duration.ofSeconds(65));
    OpenTransaction first = new OpenTransaction(A, 7, 3, 2, 5, START.minusSeconds(60));
    OpenTransaction later = new OpenTransaction(A, 8, 0, -1, 7, START);
    assertThat(StallWatch.warning(stall, List.of(later, first)))
        .isEqualTo(
            stall.line()
                + "; it waits for producer 7, epoch 3, open from offset 5, last record of"
                + " 2025-12-31T23:59:00Z; `meander doctor` says whether it hangs,"
                + " `meander doctor --abort-hanging` ends it");
    assertThat(StallWatch.warning(stall, List.of())).doesNotContain("producer");
  }

  @Test
  void shouldRefuseWhatCannotBe() {
    assertThatThrownBy(() -> new StallRule(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("expected a patience > 0, found PT0S");
    assertThatThrownBy(() -> new PartitionEnds(5, 4))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("expected 0 <= stable offset <= end, found 5 and 4");
  }
}
