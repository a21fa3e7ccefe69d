package dev.meander.schemas.stall;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meander.schemas.stall.HangingRule.Verdict;
import java.time.Instant;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.kafka.clients.admin.TransactionDescription;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HangingRuleTest {

  private static final TopicPartition HERE = new TopicPartition("adapters", 0);
  private static final TopicPartition ELSEWHERE = new TopicPartition("adapters", 1);
  private static final OpenTransaction OPEN = new OpenTransaction(HERE, 5, 3, 1, 12, Instant.EPOCH);

  private static TransactionDescription coordinator(
      TransactionState state, long producer, int epoch, TopicPartition... partitions) {
    return new TransactionDescription(
        1, state, producer, epoch, 60_000, OptionalLong.of(1_000), Set.of(partitions));
  }

  private static Verdict verdict(TransactionDescription coordinator) {
    return HangingRule.judge(OPEN, coordinator, true).verdict();
  }

  @Test
  void shouldLeaveWhatTheCoordinatorHasOpenHoweverOldItIs() {
    HangingRule.Ruling ruling =
        HangingRule.judge(OPEN, coordinator(TransactionState.ONGOING, 5, 3, HERE), true);
    assertThat(ruling.verdict()).isEqualTo(Verdict.LIVE);
    assertThat(ruling.reason())
        .isEqualTo(
            "its coordinator has it open since 1970-01-01T00:00:01Z and ends it after 60000 ms");
    // the producer has begun another transaction that writes here too
    assertThat(verdict(coordinator(TransactionState.ONGOING, 5, 4, HERE))).isEqualTo(Verdict.LIVE);
  }

  @ParameterizedTest
  @EnumSource(names = {"PREPARE_ABORT", "PREPARE_COMMIT", "PREPARE_EPOCH_FENCE"})
  void shouldLeaveWhatTheCoordinatorIsEnding(TransactionState state) {
    assertThat(verdict(coordinator(state, 5, 4, HERE, ELSEWHERE))).isEqualTo(Verdict.ENDING);
    assertThat(verdict(coordinator(state, 5, 4, ELSEWHERE))).isEqualTo(Verdict.HANGING);
  }

  @ParameterizedTest
  @EnumSource(names = {"EMPTY", "COMPLETE_ABORT", "COMPLETE_COMMIT"})
  void shouldNameWhatTheCoordinatorHasEnded(TransactionState state) {
    HangingRule.Ruling ruling = HangingRule.judge(OPEN, coordinator(state, 5, 4), true);
    assertThat(ruling.verdict()).isEqualTo(Verdict.HANGING);
    assertThat(ruling.reason())
        .isEqualTo("its coordinator has ended it (" + state + ") without a marker here");
  }

  @Test
  void shouldNameItWhenTheProducerWentOnElsewhere() {
    assertThat(verdict(coordinator(TransactionState.ONGOING, 5, 4, ELSEWHERE)))
        .isEqualTo(Verdict.HANGING);
    assertThat(verdict(coordinator(TransactionState.ONGOING, 6, 0, HERE)))
        .isEqualTo(Verdict.HANGING);
  }

  @Test
  void shouldLeaveItWhenTheCoordinatorIsBehindThePartition() {
    assertThat(verdict(coordinator(TransactionState.EMPTY, 5, 2))).isEqualTo(Verdict.UNCLEAR);
    assertThat(verdict(coordinator(TransactionState.UNKNOWN, 5, 3))).isEqualTo(Verdict.UNCLEAR);
  }

  @Test
  void shouldNameItWhenNoCoordinatorKnowsTheProducerAndTheUserMaySeeAll() {
    assertThat(HangingRule.judge(OPEN, null, true).verdict()).isEqualTo(Verdict.HANGING);
    HangingRule.Ruling hidden = HangingRule.judge(OPEN, null, false);
    assertThat(hidden.verdict()).isEqualTo(Verdict.UNCLEAR);
    assertThat(hidden.reason())
        .isEqualTo(
            "its transaction is not shown to this user: expected the right DESCRIBE on"
                + " transactional ids of every name");
  }
}
