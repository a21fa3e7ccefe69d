package dev.meander.schemas.kafka;

import dev.meander.schemas.record.AdapterRecord;
import dev.meander.schemas.record.AliasRecord;
import dev.meander.schemas.record.Command;
import dev.meander.schemas.record.CommandAnswer;
import dev.meander.schemas.record.Decision;
import dev.meander.schemas.record.InferenceEvent;
import dev.meander.schemas.record.Prediction;
import dev.meander.schemas.record.Provenance;
import dev.meander.schemas.record.Sample;
import dev.meander.schemas.record.ServingAck;
import dev.meander.schemas.record.TensorData;
import dev.meander.schemas.record.TensorEntry;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;

/** One filled record of every type. */
final class Records {

  static final Instant TIME = Instant.ofEpochMilli(1_700_000_000_123L);

  private Records() {}

  static List<SpecificRecord> all() {
    return List.of(
        event(), sample(), adapter(), alias(), ack(), decision(), prediction(), command());
  }

  static TensorData tensor() {
    return TensorData.newBuilder()
        .setDatatype("FP32")
        .setShape(List.of(3, 2))
        .setData(ByteBuffer.allocate(24).putFloat(0, 1.5f))
        .build();
  }

  static InferenceEvent event() {
    return InferenceEvent.newBuilder()
        .setEventId("e-1")
        .setLineage("glyphs:global")
        .setVersion(3)
        .setEventTime(TIME)
        .setInput(tensor())
        .setFeatures(null)
        .setLogits(List.of(0.5f, -1f, 2f))
        .setNode("node-a")
        .build();
  }

  static Sample sample() {
    return Sample.newBuilder()
        .setEvent(event())
        .setEntropy(0.25)
        .setWeight(1.0)
        .setTrafficPartition(2)
        .setTrafficOffset(99)
        .build();
  }

  static AdapterRecord adapter() {
    return AdapterRecord.newBuilder()
        .setLineage("glyphs:global")
        .setVersion(4)
        .setParent(3)
        .setKind("norm-affine")
        .setFrame("KEY")
        .setCodec("float32")
        .setBaseSha256(ByteBuffer.allocate(32))
        .setLayoutSha256(ByteBuffer.allocate(32))
        .setTensors(
            List.of(
                TensorEntry.newBuilder()
                    .setName("bn1.weight")
                    .setRole("GAIN")
                    .setShape(List.of(2))
                    .setOffset(0)
                    .build()))
        .setPayload(ByteBuffer.allocate(8).putFloat(0, 1f).putFloat(4, -1f))
        .setPayloadCrc32c(77)
        .setContentSha256(ByteBuffer.allocate(32))
        .setStateSha256(ByteBuffer.allocate(32))
        .setProvenance(provenance())
        .setMetrics(Map.of("entropy", 0.5))
        .setCreatedAt(TIME)
        .build();
  }

  private static Provenance provenance() {
    return Provenance.newBuilder()
        .setMethod("tent")
        .setConfigSha256(ByteBuffer.allocate(32))
        .setSeed(7)
        .setStep(10)
        .setSamples(640)
        .setSamplesPartition(1)
        .setFirstOffset(576)
        .setLastOffset(639)
        .setEngine("fake 1")
        .setEngineThreads(1)
        .setJvm("17")
        .setPlatform("linux-x86_64")
        .build();
  }

  static AliasRecord alias() {
    return AliasRecord.newBuilder()
        .setLineage("glyphs:global")
        .setEpoch(5)
        .setLive(4)
        .setCanary(null)
        .setPrevious(3L)
        .setCause("PUBLISH")
        .setEventTime(TIME)
        .build();
  }

  static ServingAck ack() {
    return ServingAck.newBuilder()
        .setNode("node-a")
        .setLineage("glyphs:global")
        .setVersion(4)
        .setOutcome("LIVE")
        .setPublishedAt(TIME)
        .setLiveAt(TIME.plusNanos(456_000))
        .setSwapMicros(120)
        .build();
  }

  static Decision decision() {
    return Decision.newBuilder()
        .setLineage("glyphs:global")
        .setStage("guard")
        .setOutcome("PROMOTE")
        .setVersion(4)
        .setReasons(List.of("entropy fell"))
        .setCounts(Map.of("taken", 3L))
        .setEvidence(Map.of("margin", 0.1))
        .setEventTime(TIME)
        .setAnswer(
            CommandAnswer.newBuilder()
                .setCommand("c-1")
                .setKind("RESET")
                .setEpoch(6)
                .setSamplesPartition(1)
                .setSampleOffset(41)
                .build())
        .build();
  }

  static Prediction prediction() {
    return Prediction.newBuilder()
        .setLineage("glyphs:global")
        .setEventId("e-1")
        .setSamplesPartition(1)
        .setSampleOffset(639)
        .setStep(10)
        .setParent(3)
        .setVersion(4L)
        .setLogits(List.of(0.25f, -1.5f, 3f))
        .setPredictedClass(2)
        .setMethod("auto")
        .setEventTime(TIME)
        .build();
  }

  static Command command() {
    return Command.newBuilder()
        .setId("c-1")
        .setLineage("glyphs:global")
        .setKind("ROLLBACK")
        .setVersion(2L)
        .setWho("ada")
        .setWhy("errors rose")
        .setEvidence(Map.of("report", "r-17"))
        .setTime(TIME)
        .build();
  }
}
