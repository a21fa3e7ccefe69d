package dev.meander.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import dev.meander.core.learner.Learner;
import dev.meander.core.learner.Origin;
import dev.meander.core.learner.Step;
import dev.meander.core.learner.Version;
import dev.meander.core.model.AdaptableModel;
import dev.meander.core.model.FakeProvider;
import dev.meander.core.weights.LineageId;
import dev.meander.core.wire.EventReader;
import dev.meander.core.wire.EventReading;
import dev.meander.schemas.RejectReason;
import dev.meander.schemas.Topic;
import dev.meander.schemas.kafka.DeadLetter;
import dev.meander.schemas.record.AdapterRecord;
import dev.meander.schemas.record.Decision;
import dev.meander.schemas.record.InferenceEvent;
import dev.meander.schemas.record.Provenance;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The version sequence depends on the samples alone: not on restarts, commits or evictions. */
class RestartTest {

  private static final int SAMPLES = 18;

  /** Every second version a change, so that what is restored decides what is written. */
  private static final Map<String, String> CHANGES =
      Map.of("publish.key.every", "2", "publish.delta.error.max", "1");

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 4, 7, 10, 15})
  void shouldGoOnAsIfNothingHadHappenedWhenRestarted(int cut, @TempDir Path folder) {
    assertGoesOn(cut, folder, Map.of());
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 4, 7, 8, 10, 12})
  void shouldWriteTheSameChangesWhenRestarted(int cut, @TempDir Path folder) {
    assertGoesOn(cut, folder, CHANGES);
  }

  private static void assertGoesOn(int cut, Path folder, Map<String, String> settings) {
    List<InferenceEvent> events = new Events(PathDriver.LINEAGE, 1).next(SAMPLES);
    List<String> uninterrupted;
    try (PathDriver path = new PathDriver(folder, settings)) {
      offer(path, events);
      uninterrupted = path.versions();
    }
    assertThat(uninterrupted).hasSize(4);

    List<String> versions = new ArrayList<>();
    Map<String, Map<String, byte[]>> logged;
    try (PathDriver path = new PathDriver(folder, settings)) {
      offer(path, events.subList(0, cut));
      versions.addAll(path.versions());
      logged = changelogs(path);
      assertThat(logged).usingRecursiveComparison().isEqualTo(path.stores());
    }
    try (PathDriver path = new PathDriver(folder, settings)) {
      path.restore(logged, cut);
      offer(path, events.subList(cut, SAMPLES));
      versions.addAll(path.versions());
      assertThat(path.aliases().get(0).getEpoch()).isEqualTo(cut / 4 + 1L);
    }
    assertThat(versions).isEqualTo(uninterrupted);
  }

  @Test
  void shouldStorePublishedFloatsOnlyWhileTheyAreNotTheLearnedOnes(@TempDir Path folder) {
    try (PathDriver path = new PathDriver(folder, Map.of("publish.every.steps", "2"))) {
      Events events = new Events(PathDriver.LINEAGE, 1);
      offer(path, events.next(4));
      assertThat(path.stores().get("learner-state"))
          .containsKey("fake:global/theta/0")
          .containsKey("fake:global/promoted-theta/0");
      offer(path, events.next(4));
      assertThat(path.versions()).hasSize(1);
      assertThat(path.stores().get("learner-state"))
          .containsKey("fake:global/theta/0")
          .doesNotContainKey("fake:global/promoted-theta/0")
          .doesNotContainKey("fake:global/promoted-statistics/0");
    }
  }

  @Test
  void shouldEqualTheBareLearnerWhateverIsCommittedBetween(@TempDir Path folder) {
    List<InferenceEvent> events = new Events(PathDriver.LINEAGE, 1).next(SAMPLES);
    try (PathDriver path = new PathDriver(folder, Map.of())) {
      offer(path, events);
      assertThat(path.versions()).isEqualTo(bare(path, events));
    }
  }

  @Test
  void shouldMakeTheSameVersionsWhenTheLogHasGaps(@TempDir Path folder) {
    List<InferenceEvent> events = new Events(PathDriver.LINEAGE, 1).next(SAMPLES);
    List<String> dense;
    try (PathDriver path = new PathDriver(folder, Map.of())) {
      offer(path, events);
      dense = path.versions();
    }
    try (PathDriver path = new PathDriver(folder, Map.of())) {
      for (InferenceEvent event : events) {
        // takes an offset, as the mark of a commit does
        path.sample(null, null, event.getEventTime());
        path.sample(Events.sample(event, 0));
      }
      assertThat(path.versions()).hasSize(4).isEqualTo(dense);
    }
  }

  @Test
  void shouldReportTheCountsThatADeadTaskStillOwed(@TempDir Path folder) {
    Map<String, Map<String, byte[]>> owing;
    Map<String, Map<String, byte[]>> settled;
    try (PathDriver path = new PathDriver(folder, Map.of())) {
      new Events(PathDriver.LINEAGE, 1).next(3).forEach(path::traffic);
      owing = path.stores();
      path.advanceWallClock(Duration.ofSeconds(1));
      settled = path.stores();
      assertThat(path.decisions()).extracting(Decision::getOutcome).containsExactly("COUNTS");
    }
    try (PathDriver path = new PathDriver(folder, Map.of())) {
      path.restore(owing, 0);
      path.advanceWallClock(Duration.ofSeconds(1));
      assertThat(path.decisions())
          .extracting(decision -> decision.getCounts().get("ADMITTED"))
          .containsExactly(3L);
      assertThat(path.stores().get("gate-state"))
          .usingRecursiveComparison()
          .isEqualTo(settled.get("gate-state"));
    }
    try (PathDriver path = new PathDriver(folder, Map.of())) {
      path.restore(settled, 0);
      path.advanceWallClock(Duration.ofSeconds(1));
      assertThat(path.decisions()).isEmpty();
    }
  }

  private static List<String> bare(PathDriver path, List<InferenceEvent> events) {
    List<String> versions = new ArrayList<>();
    EventReader reader = new EventReader(path.base.spec());
    try (AdaptableModel model = new FakeProvider().open(path.config.model())) {
      Learner learner =
          new Learner(LineageId.parse(PathDriver.LINEAGE), path.config.learner(), model);
      for (int i = 0; i < events.size(); i++) {
        EventReading.Usable usable = (EventReading.Usable) reader.read(events.get(i), 1, i);
        for (Step step : learner.offer(usable.sample(), model)) {
          Version version = step.version();
          if (version != null) {
            String name = version.id().lineage() + "/" + version.id().number();
            versions.add(name + " " + version.id().content() + " " + version.stateHash());
          }
        }
      }
    }
    return versions;
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "2"})
  void shouldGiveEachLineageWhatItWouldHaveAlone(String liveMax, @TempDir Path folder) {
    List<String> names = List.of("fake:a", "fake:ab");
    Map<String, List<String>> alone = new TreeMap<>();
    for (String name : names) {
      try (PathDriver path = new PathDriver(folder, Map.of())) {
        offer(path, new Events(name, 1).next(SAMPLES));
        alone.put(name, contents(path.versions()));
      }
    }
    try (PathDriver path = new PathDriver(folder, Map.of("learners.live.max", liveMax))) {
      Events first = new Events("fake:a", 1);
      Events second = new Events("fake:ab", 1);
      for (int i = 0; i < SAMPLES; i++) {
        path.sample(Events.sample(first.next(), i));
        path.sample(Events.sample(second.next(), i));
      }
      List<String> both = contents(path.versions());
      for (String name : names) {
        assertThat(both)
            .filteredOn(version -> version.startsWith(name + "/"))
            .isEqualTo(alone.get(name));
      }
      double evictions = liveMax.equals("1") ? 2 * (1 + SAMPLES / 4) - 1 : 0;
      assertThat(path.total("learners", "EVICTED")).isEqualTo(evictions);
    }
    assertThat(alone.get("fake:a")).hasSize(4);
  }

  @Test
  void shouldKeepCountingVersionsWhenTheMethodIsAnother(@TempDir Path folder) {
    List<InferenceEvent> events = new Events(PathDriver.LINEAGE, 1).next(8);
    Map<String, Map<String, byte[]>> stores;
    try (PathDriver path = new PathDriver(folder, Map.of())) {
      offer(path, events);
      assertThat(path.adapters()).hasSize(2);
      stores = path.stores();
    }
    try (PathDriver path = new PathDriver(folder, Map.of("method.name", "bn-1"))) {
      path.restore(stores, 8);
      offer(path, events.subList(0, 1));
      assertThat(path.store("learner-state").get(PathDriver.LINEAGE + "/method"))
          .isEqualTo(PathDriver.bytes("bn-1"));
      assertThat(path.store("learner-state").get(PathDriver.LINEAGE + "/moment-m/0")).isNull();
      offer(path, events.subList(1, 4));
      assertThat(path.adapters())
          .extracting(AdapterRecord::getVersion, a -> origin(a.getProvenance()))
          .containsExactly(tuple(3L, new Origin(8, 2)));
      assertThat(path.total("learners", "RESET")).isEqualTo(1);
    }
  }

  @Test
  void shouldStepOnWaitingSamplesWhenBatchesHaveBecomeSmaller(@TempDir Path folder) {
    List<InferenceEvent> events = new Events(PathDriver.LINEAGE, 1).next(4);
    Map<String, Map<String, byte[]>> stores;
    try (PathDriver path = new PathDriver(folder, Map.of())) {
      offer(path, events.subList(0, 3));
      stores = path.stores();
      assertThat(stores.get("learner-pending")).hasSize(3);
    }
    try (PathDriver path = new PathDriver(folder, Map.of("batch.size", "2"))) {
      path.restore(stores, 3);
      offer(path, events.subList(3, 4));
      assertThat(path.adapters())
          .extracting(adapter -> adapter.getProvenance().getLastOffset())
          .containsExactly(1L, 3L);
      assertThat(path.stores().get("learner-pending")).isEmpty();
    }
  }

  @Test
  void shouldLayAsideWaitingSamplesThatAnotherModelCannotRead(@TempDir Path folder) {
    List<InferenceEvent> events = new Events(PathDriver.LINEAGE, 1).next(6);
    Map<String, Map<String, byte[]>> stores;
    try (PathDriver path = new PathDriver(folder, Map.of())) {
      offer(path, events);
      stores = path.stores();
    }
    AdaptationConfig config = PathDriver.config(folder, Map.of());
    FakeProvider.write(config.model().file(), 4, 1);
    try (PathDriver path = new PathDriver(config, new FakeProvider())) {
      path.restore(stores, 6);
      InferenceEvent event =
          new Events(PathDriver.LINEAGE, 2).builder().setLogits(List.of(1f, 0f, 0f, 0f)).build();
      Instant late = Instant.ofEpochMilli(Events.START_MILLIS).plus(Duration.ofDays(365));
      byte[] sample =
          path.serdes.serialize(path.config.topics().samples(), Events.sample(event, 0));
      path.sample(PathDriver.bytes(PathDriver.LINEAGE), sample, late);

      List<TestRecord<byte[], byte[]>> letters = path.written(Topic.DLQ);
      assertThat(letters).extracting(TestRecord::timestamp).containsOnly(late.toEpochMilli());
      List<byte[]> waiting = List.copyOf(stores.getOrDefault("learner-pending", Map.of()).values());
      assertThat(waiting).hasSize(2);
      assertThat(letters).extracting(TestRecord::value).containsExactlyElementsOf(waiting);
      assertThat(letters)
          .extracting(letter -> DeadLetter.read(letter.headers()).orElseThrow())
          .containsExactly(
              letter("expected 4 logits, found 5", 4), letter("expected 4 logits, found 5", 5));
      assertThat(path.stores().get("learner-pending")).hasSize(1);
      assertThat(path.total("learners", "RESET")).isEqualTo(1);
    }
  }

  private static DeadLetter letter(String message, long offset) {
    return new DeadLetter(RejectReason.WRONG_SHAPE, message, "meander.samples", 0, offset);
  }

  @Test
  void shouldStopWhenStoredStateIsDamaged(@TempDir Path folder) {
    List<InferenceEvent> events = new Events(PathDriver.LINEAGE, 1).next(5);
    Map<String, Map<String, byte[]>> stores;
    try (PathDriver path = new PathDriver(folder, Map.of())) {
      offer(path, events.subList(0, 4));
      stores = path.stores();
    }
    stores.getOrDefault("learner-state", Map.of()).put(PathDriver.LINEAGE + "/theta/0", KEY);
    try (PathDriver path = new PathDriver(folder, Map.of())) {
      path.restore(stores, 4);
      assertThatThrownBy(() -> offer(path, events.subList(4, 5)))
          .isInstanceOf(StreamsException.class)
          .hasRootCauseInstanceOf(IllegalArgumentException.class)
          .cause()
          .hasMessage(
              "damaged state of fake:global: expected 128 bytes in state block theta/0, found 3");
    }
  }

  private static Origin origin(Provenance provenance) {
    return new Origin(provenance.getOriginOffset(), provenance.getOriginVersion());
  }

  private static final byte[] KEY = {1, 2, 3};

  private static void offer(PathDriver path, List<InferenceEvent> events) {
    events.forEach(event -> path.sample(Events.sample(event, 0)));
  }

  private static List<String> contents(List<String> versions) {
    return versions.stream()
        .map(version -> version.substring(0, version.lastIndexOf(' ')))
        .toList();
  }

  /** What a restart would restore: the changelogs, folded. */
  private static Map<String, Map<String, byte[]>> changelogs(PathDriver path) {
    Map<String, Map<String, byte[]>> folded = new TreeMap<>();
    for (String store : path.stores().keySet()) {
      Map<String, byte[]> entries = new TreeMap<>();
      path.changelog(store)
          .forEach(
              record -> {
                if (record.value() == null) {
                  entries.remove(record.key());
                } else {
                  entries.put(record.key(), record.value());
                }
              });
      folded.put(store, entries);
    }
    return folded;
  }
}
