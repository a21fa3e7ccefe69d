package dev.meander.app.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.meander.app.connection.Connection;
import dev.meander.app.embedded.BrokerOptions;
import dev.meander.app.embedded.EmbeddedBroker;
import dev.meander.app.embedded.TransactionLogEdit;
import dev.meander.app.topics.TopicAdmin;
import dev.meander.schemas.TopicNames;
import dev.meander.schemas.stall.HangingRule.Verdict;
import dev.meander.schemas.stall.PartitionEnds;
import dev.meander.schemas.stall.StableOffsets;
import dev.meander.schemas.stall.Stall;
import dev.meander.schemas.stall.StallWatch;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.coordinator.transaction.TransactionState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Transactions that their coordinator has ended without a marker, and one that it has open. */
class HangingTransactionTest {

  private static final TopicNames NAMES = TopicNames.standard();
  private static final TopicPartition ENDED = new TopicPartition(NAMES.adapters(), 0);
  private static final TopicPartition FORGOTTEN = new TopicPartition(NAMES.aliases(), 0);
  private static final TopicPartition LIVE = new TopicPartition(NAMES.decisions(), 0);
  private static final Duration SOON = Duration.ofSeconds(60);

  @TempDir
  @SuppressWarnings("NullAway.Init") // set by JUnit
  Path folder;

  @Test
  void shouldSeeAndEndThemAndLeaveTheLiveOneAlone() throws Exception {
    leaveThemOpen();
    try (EmbeddedBroker broker = EmbeddedBroker.start(BrokerOptions.temporary().in(folder));
        Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrap()))) {
      Connection connection = new Connection(broker.bootstrap(), null, NAMES, Map.of(), null, "");
      seenByAWatch(broker);
      try (OpenTransactions transactions = new OpenTransactions(connection)) {
        assertThat(transactions.look().open())
            .extracting(found -> found.open().partition(), found -> found.ruling().verdict())
            .containsExactlyInAnyOrder(
                org.assertj.core.groups.Tuple.tuple(ENDED, Verdict.HANGING),
                org.assertj.core.groups.Tuple.tuple(FORGOTTEN, Verdict.HANGING),
                org.assertj.core.groups.Tuple.tuple(LIVE, Verdict.LIVE));
        assertThat(TransactionsCheck.findings(transactions.look(), "this"))
            .extracting(Finding::level)
            .containsExactly(Finding.Level.FAIL, Finding.Level.FAIL);
      }
      List<String> said = new ArrayList<>();
      assertThat(AbortHanging.run(connection, said::add, question -> false)).isFalse();
      assertThat(said).last().isEqualTo("nothing was changed");
      assertThat(ends(admin, ENDED)).isEqualTo(new PartitionEnds(0, 1));

      assertThat(AbortHanging.run(connection, said::add, question -> true)).isTrue();
      assertThat(said).contains("ended in " + ENDED, "ended in " + FORGOTTEN);
      assertThat(ends(admin, ENDED)).isEqualTo(new PartitionEnds(2, 2));
      assertThat(ends(admin, FORGOTTEN)).isEqualTo(new PartitionEnds(2, 2));
      assertThat(ends(admin, LIVE)).isEqualTo(new PartitionEnds(0, 1));
      assertThat(AbortHanging.run(connection, said::add, question -> false)).isTrue();
      assertThat(said).last().isEqualTo("1 transactions open, none hangs");
    }
  }

  @Test
  void shouldEndThemByItselfWhereItIsToldTo() throws Exception {
    leaveThemOpen();
    try (EmbeddedBroker broker = EmbeddedBroker.start(BrokerOptions.temporary().in(folder));
        Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrap()));
        StallWatch watch = watch(broker, true)) {
      await().atMost(SOON).until(() -> ends(admin, ENDED).behind() == 0);
      await().atMost(SOON).until(() -> ends(admin, FORGOTTEN).behind() == 0);
      await().atMost(SOON).until(() -> watch.stalls().size() == 1);
      assertThat(ends(admin, LIVE)).isEqualTo(new PartitionEnds(0, 1));
    }
  }

  private void leaveThemOpen() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(BrokerOptions.temporary().in(folder));
        TopicAdmin topics = TopicAdmin.connect(broker.bootstrap(), Map.of(), NAMES)) {
      topics.create(1, (short) 1);
      TransactionLogEdit log = new TransactionLogEdit(broker.bootstrap());
      log.leaveOpen("ended", List.of(ENDED));
      log.say("ended", TransactionState.COMPLETE_ABORT);
      log.leaveOpen("forgotten", List.of(FORGOTTEN));
      log.forget("forgotten");
      log.leaveOpen("live", List.of(LIVE));
    }
  }

  /** A clock on which a second passes with each look. */
  private static final class SecondsClock extends Clock {
    private final AtomicLong seconds = new AtomicLong();

    @Override
    public Instant instant() {
      return Instant.ofEpochSecond(seconds.incrementAndGet());
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }

  private static StallWatch watch(EmbeddedBroker broker, boolean ends) {
    return new StallWatch(
            new StallWatch.Settings(
                "test", topic -> topic.startsWith(NAMES.prefix()), Duration.ofSeconds(1), ends),
            () -> Admin.create(Map.of("bootstrap.servers", broker.bootstrap())),
            new SecondsClock())
        .start();
  }

  private static void seenByAWatch(EmbeddedBroker broker) {
    try (StallWatch watch = watch(broker, false)) {
      await().atMost(SOON).until(() -> watch.stalls().size() == 3);
      assertThat(watch.stalls())
          .extracting(Stall::partition)
          .containsExactly(ENDED, FORGOTTEN, LIVE);
    }
  }

  private static PartitionEnds ends(Admin admin, TopicPartition partition) throws Exception {
    PartitionEnds ends = new StableOffsets(admin, SOON).ends(List.of(partition)).get(partition);
    return ends == null ? new PartitionEnds(0, 0) : ends;
  }
}
