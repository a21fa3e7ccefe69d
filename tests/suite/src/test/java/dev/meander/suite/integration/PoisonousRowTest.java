package dev.meander.suite.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meander.app.replay.ClusterReplay;
import dev.meander.core.model.FakeProvider;
import dev.meander.core.model.PickyModel;
import dev.meander.core.wire.EventReader;
import dev.meander.kit.BadInput;
import dev.meander.kit.BadInput.Entrance;
import dev.meander.replay.recorded.Equality;
import dev.meander.replay.recorded.ReplayRange;
import dev.meander.replay.recorded.VersionCheck;
import dev.meander.schemas.RejectReason;
import dev.meander.schemas.Topic;
import dev.meander.schemas.kafka.DeadLetter;
import dev.meander.schemas.kafka.Decoded;
import dev.meander.schemas.record.AdapterRecord;
import dev.meander.schemas.record.InferenceEvent;
import dev.meander.streams.AdaptationApplication;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What a model throws on, on a broker and over a restart: the stream goes on, a replay agrees. */
class PoisonousRowTest {

  @TempDir
  @SuppressWarnings("NullAway.Init") // set by JUnit
  Path folder;

  @RegisterExtension private static final EmbeddedCluster cluster = new EmbeddedCluster();

  private PathRig rig(String prefix, PickyProvider provider) throws Exception {
    Path own = Files.createDirectories(folder.resolve(prefix));
    Path model = FakeProvider.write(own.resolve("model.fake"), PathRig.CLASSES, 1);
    return new PathRig(cluster, prefix, own, provider, model, PathRig.SHAPE);
  }

  /** An event that is like the others but for what the model throws on. */
  private static void sendPoison(PathRig rig, float mark) {
    float[] input = new float[Arrays.stream(PathRig.SHAPE).reduce(1, Math::multiplyExact)];
    input[0] = mark;
    InferenceEvent event =
        InferenceEvent.newBuilder(rig.event())
            .setInput(EventReader.tensor(input, PathRig.SHAPE))
            .build();
    String topic = rig.names.traffic();
    rig.send(topic, PathRig.LINEAGE.toString(), rig.serdes.serialize(topic, event));
  }

  private static List<DeadLetter> letters(PathRig rig, int count) {
    return rig.read(rig.names.of(Topic.DLQ), count).stream()
        .map(record -> DeadLetter.read(record.headers()).orElseThrow())
        .toList();
  }

  private static AdapterRecord version(PathRig rig, int number) {
    return rig.read(rig.names.adapters(), number).stream()
        .map(record -> rig.serdes.decode(record.topic(), AdapterRecord.class, record.value()))
        .map(decoded -> ((Decoded.Value<AdapterRecord>) decoded).value())
        .skip(number - 1L)
        .findFirst()
        .orElseThrow();
  }

  @BadInput(
      at = Entrance.RECORD,
      what = "an event on which the model throws, in a batch that a restart cuts in two",
      then = "a dead letter MODEL_FAILED; the rest is learnt from, and verify finds it EQUAL")
  @Test
  void shouldLayAsideTheRowAndLearnFromTheRestOverARestart() throws Exception {
    PickyProvider provider = new PickyProvider();
    try (PathRig rig = rig("row", provider)) {
      try (AdaptationApplication first = rig.startApplication()) {
        rig.sendGood(2);
        sendPoison(rig, PickyModel.FORTH);
        rig.sendGood(1);
        rig.read(rig.names.of(Topic.SAMPLES), 4);
        assertThat(first.failure()).isEmpty();
      }
      AdaptationApplication second = rig.startApplication();
      rig.sendGood(4);
      AdapterRecord version = version(rig, 1);
      assertThat(version.getProvenance().getSamples()).isEqualTo(PathRig.BATCH - 1L);
      DeadLetter letter = letters(rig, 1).get(0);
      assertThat(letter.reason()).isEqualTo(RejectReason.MODEL_FAILED);
      assertThat(letter.topic()).isEqualTo(rig.names.of(Topic.SAMPLES));
      assertThat(letter.message())
          .contains("the model threw IllegalStateException: RuntimeError: index out of range");
      rig.sendGood(PathRig.BATCH - 1);
      sendPoison(rig, PickyModel.AMONG);
      version(rig, 2);
      assertThat(second.failure()).isEmpty();
      assertRecomputed(rig, provider, 2);
    }
  }

  private static void assertRecomputed(PathRig rig, PickyProvider provider, int count) {
    try (ClusterReplay replay =
        ClusterReplay.open(PathRig.LINEAGE, rig.config(Map.of()), provider, () -> {}, () -> {})) {
      assertThat(replay.run(version -> true, ReplayRange.ALL, Map.of()).versions())
          .hasSize(count)
          .extracting(VersionCheck::verdict)
          .containsOnly(Equality.EQUAL);
    }
  }

  @BadInput(
      at = Entrance.MODEL,
      what = "an engine that throws in every pass, and comes back",
      then = "every sample is a dead letter, no version is made; then the stream learns again")
  @Test
  void shouldGoOnWhileTheEngineFailsForGood() throws Exception {
    PickyProvider provider = new PickyProvider();
    try (PathRig rig = rig("engine", provider)) {
      AdaptationApplication application = rig.startApplication();
      provider.fail(true);
      rig.sendGood(2 * PathRig.BATCH);
      assertThat(letters(rig, 2 * PathRig.BATCH))
          .allSatisfy(
              letter -> {
                assertThat(letter.reason()).isEqualTo(RejectReason.MODEL_FAILED);
                assertThat(letter.message()).contains("the device was lost");
              });
      provider.fail(false);
      rig.sendGood(PathRig.BATCH);
      assertThat(version(rig, 1).getProvenance().getSamples()).isEqualTo(PathRig.BATCH);
      assertThat(application.failure()).isEmpty();
    }
  }
}
