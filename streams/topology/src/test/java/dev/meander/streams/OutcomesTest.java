package dev.meander.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.meander.schemas.Topic;
import dev.meander.schemas.kafka.RegistryUnavailableException;
import dev.meander.schemas.record.Decision;
import dev.meander.schemas.record.InferenceEvent;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every outcome of the stages beside the happy one. */
class OutcomesTest {

  @Test
  void shouldPublishNothingWhenTheGuardHolds(@TempDir Path folder) {
    try (PathDriver path = new PathDriver(folder, Map.of("guard.drift.max", "0"))) {
      new Events(PathDriver.LINEAGE, 1).next(8).forEach(path::traffic);

      assertThat(path.decisions())
          .extracting(Decision::getStage, Decision::getOutcome, Decision::getVersion)
          .containsExactly(tuple("guard", "HOLD", 0L), tuple("guard", "HOLD", 0L));
      assertThat(path.adapters()).isEmpty();
      assertThat(path.aliases()).isEmpty();
      assertThat(path.total("verdicts", "HOLD")).isEqualTo(2);
    }
  }

  @Test
  void shouldPublishNothingWhenTheGuardRollsBack(@TempDir Path folder) {
    try (PathDriver path = new PathDriver(folder, Map.of())) {
      Events events = new Events(PathDriver.LINEAGE, 1);
      events.next(4).forEach(path::traffic);
      float[] extreme = new float[48];
      Arrays.fill(extreme, 1e30f);
      path.traffic(events.builder().setInput(Events.tensor(extreme)).build());
      events.next(3).forEach(path::traffic);

      List<Decision> decisions = path.decisions();
      assertThat(decisions)
          .extracting(Decision::getOutcome, Decision::getVersion)
          .containsExactly(tuple("PROMOTE", 1L), tuple("ROLLBACK", 1L));
      assertThat(decisions.get(1).getReasons()).containsExactly("norm.running_var is not finite");
      assertThat(decisions.get(1).getEventTime())
          .isEqualTo(Instant.ofEpochMilli(Events.START_MILLIS + 7000));
      assertThat(path.adapters()).hasSize(1);
      assertThat(path.aliases()).hasSize(1);
    }
  }

  @Test
  void shouldReportCountsEvery64EventsAndWhenASecondHasPassed(@TempDir Path folder) {
    Map<String, String> off = Map.of("batch.size", "1000");
    try (PathDriver path = new PathDriver(folder, off)) {
      Events events = new Events(PathDriver.LINEAGE, 1);
      events.next(63).forEach(path::traffic);
      assertThat(path.decisions()).isEmpty();
      path.traffic(events.next());
      assertThat(path.decisions()).extracting(OutcomesTest::admitted).containsExactly(64L);

      path.traffic(events.next());
      path.advanceWallClock(Duration.ofSeconds(1));
      List<Decision> decisions = path.decisions();
      assertThat(decisions).extracting(OutcomesTest::admitted).containsExactly(65L);
      assertThat(decisions.get(0).getStage()).isEqualTo("gate");
      assertThat(decisions.get(0).getOutcome()).isEqualTo("COUNTS");
      assertThat(decisions.get(0).getPartition()).isZero();
      assertThat(decisions.get(0).getEventTime())
          .isEqualTo(Instant.ofEpochMilli(Events.START_MILLIS + 64_000));

      path.advanceWallClock(Duration.ofSeconds(5));
      assertThat(path.decisions()).isEmpty();
    }
  }

  @Test
  void shouldStampDecisionsWithTheTimeOfTheRecordsReadWhenEventsAreOld(@TempDir Path folder) {
    Instant yearBefore = Instant.ofEpochMilli(Events.START_MILLIS).minus(Duration.ofDays(365));
    Map<String, String> held =
        Map.of("publish.payload.max.bytes", "100", "publish.chunk.bytes", "64");
    try (PathDriver path = new PathDriver(folder, held)) {
      Events events = new Events(PathDriver.LINEAGE, 1);
      for (int i = 0; i < 4; i++) {
        InferenceEvent old = events.builder().setEventTime(yearBefore).build();
        path.traffic(
            PathDriver.bytes("e" + i),
            path.serdes.serialize(path.config.topics().traffic(), old),
            new RecordHeaders());
      }
      path.advanceWallClock(Duration.ofSeconds(1));

      List<TestRecord<byte[], byte[]>> written = path.written(Topic.DECISIONS);
      assertThat(written).extracting(TestRecord::timestamp).containsOnly(Events.START_MILLIS);
      assertThat(written)
          .extracting(record -> path.decode(Topic.DECISIONS, Decision.class, record.value()))
          .extracting(Decision::getStage, Decision::getOutcome, Decision::getEventTime)
          .containsExactly(
              tuple("guard", "PROMOTE", yearBefore),
              tuple("publish", "HOLD", yearBefore),
              tuple("gate", "COUNTS", yearBefore));
    }
  }

  @Test
  void shouldStampAReportWithItsEventsTimeWhenARestartHasReadNothing(@TempDir Path folder) {
    Map<String, Map<String, byte[]>> stores;
    try (PathDriver path = new PathDriver(folder, Map.of())) {
      path.traffic(new Events(PathDriver.LINEAGE, 1).next());
      stores = path.stores();
    }
    try (PathDriver path = new PathDriver(folder, Map.of())) {
      path.restore(stores, 0);
      path.advanceWallClock(Duration.ofSeconds(1));
      assertThat(path.written(Topic.DECISIONS))
          .extracting(TestRecord::timestamp)
          .containsExactly(Events.START_MILLIS);
    }
  }

  @Test
  void shouldGoOnCountingAndGatingAfterARestart(@TempDir Path folder) {
    Map<String, String> skipping =
        Map.of("gate.redundancy.max.cosine", "0.999", "batch.size", "1000");
    Events events = new Events(PathDriver.LINEAGE, 1);
    Map<String, Map<String, byte[]>> stores;
    try (PathDriver path = new PathDriver(folder, skipping)) {
      path.traffic(events.next());
      path.traffic(events.next());
      stores = path.stores();
    }
    try (PathDriver path = new PathDriver(folder, skipping)) {
      path.restore(stores, 1);
      path.traffic(events.next());
      path.advanceWallClock(Duration.ofSeconds(1));
      assertThat(path.decisions().get(0).getCounts())
          .containsEntry("ADMITTED", 1L)
          .containsEntry("REDUNDANT", 2L);
    }
  }

  @Test
  void shouldStopRatherThanLayAsideWhenTheRegistryIsSilent(@TempDir Path folder)
      throws IOException {
    Map<String, String> silent =
        Map.of("schema.registry.url", "http://" + unused(), "registry.max.retries", "0");
    byte[] bytes;
    try (PathDriver path = new PathDriver(folder, Map.of())) {
      bytes = path.serdes.serialize("meander.traffic", new Events("fake:global", 1).next());
    }
    try (PathDriver path = new PathDriver(folder, silent)) {
      assertThatThrownBy(() -> path.traffic(bytes, bytes, new RecordHeaders()))
          .isInstanceOf(StreamsException.class)
          .hasCauseInstanceOf(RegistryUnavailableException.class);
      assertThat(path.written(Topic.DLQ))
          .noneMatch(letter -> letter.headers().lastHeader("meander.reason") != null);
    }
  }

  /** An address nobody listens at. */
  static String unused() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return "localhost:" + socket.getLocalPort();
    }
  }

  private static long admitted(Decision decision) {
    return decision.getCounts().getOrDefault("ADMITTED", -1L);
  }
}
