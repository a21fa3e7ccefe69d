package dev.meander.suite.crash;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.meander.core.weights.Sha256;
import dev.meander.kit.guarantee.Observation;
import dev.meander.schemas.AdapterKey;
import dev.meander.schemas.TopicNames;
import dev.meander.schemas.kafka.DeadLetter;
import dev.meander.schemas.kafka.Decoded;
import dev.meander.schemas.kafka.RecordSerdes;
import dev.meander.schemas.record.AdapterRecord;
import dev.meander.schemas.record.AliasRecord;
import dev.meander.schemas.record.Command;
import dev.meander.schemas.record.Decision;
import dev.meander.schemas.record.Prediction;
import dev.meander.schemas.record.Provenance;
import dev.meander.schemas.record.Sample;
import dev.meander.schemas.record.ServingAck;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Reads what one application has committed. */
final class RunReader {

  private static final HexFormat HEX = HexFormat.of();

  private final String bootstrap;
  private final TopicNames names;
  private final String applicationId;
  private final RecordSerdes serdes;

  RunReader(String bootstrap, TopicNames names, String applicationId, RecordSerdes serdes) {
    this.bootstrap = bootstrap;
    this.names = names;
    this.applicationId = applicationId;
    this.serdes = serdes;
  }

  CommittedRun read() {
    try (CommittedLog log = new CommittedLog(bootstrap)) {
      List<Observation> seen = new ArrayList<>();
      log.read(names.traffic()).forEach(record -> seen.add(received(record)));
      log.read(names.dlq()).forEach(record -> seen.add(laidAside(record)));
      log.read(names.samples()).forEach(record -> seen.add(sampled(record)));
      Map<String, Integer> promised = new TreeMap<>();
      Map<String, Integer> chunks = new TreeMap<>();
      adapters(log.read(names.adapters()), promised, chunks, seen::add);
      log.read(names.aliases()).forEach(record -> seen.add(moved(record)));
      log.read(names.decisions())
          .forEach(record -> decided(decode(record, Decision.class)).ifPresent(seen::add));
      log.read(names.commands()).forEach(record -> seen.add(ordered(record)));
      log.read(names.acks()).forEach(record -> seen.add(served(record)));
      return new CommittedRun(
          List.copyOf(seen),
          promised,
          chunks,
          predictions(log.read(names.predictions())),
          StoreReader.read(log, applicationId));
    }
  }

  private Map<String, List<String>> predictions(List<ConsumerRecord<byte[], byte[]>> records) {
    Map<String, List<String>> predictions = new TreeMap<>();
    for (ConsumerRecord<byte[], byte[]> record : records) {
      Prediction prediction = decode(record, Prediction.class);
      predictions
          .computeIfAbsent(prediction.getLineage(), any -> new ArrayList<>())
          .add(
              "%s at step %d from version %d to %s: %s"
                  .formatted(
                      prediction.getEventId(),
                      prediction.getStep(),
                      prediction.getParent(),
                      prediction.getVersion(),
                      prediction.getLogits()));
    }
    return predictions;
  }

  private static Observation received(ConsumerRecord<byte[], byte[]> record) {
    return new Observation.Received(record.partition(), record.offset(), digest(record));
  }

  private static Observation laidAside(ConsumerRecord<byte[], byte[]> record) {
    DeadLetter letter = DeadLetter.read(record.headers()).orElseThrow();
    return new Observation.LaidAside(letter.partition(), letter.offset(), digest(record));
  }

  private static String digest(ConsumerRecord<byte[], byte[]> record) {
    return Sha256.of(record.key()).shortHex() + " " + Sha256.of(record.value()).shortHex();
  }

  private Observation sampled(ConsumerRecord<byte[], byte[]> record) {
    Sample sample = decode(record, Sample.class);
    return new Observation.Sampled(
        sample.getEvent().getLineage(),
        record.partition(),
        record.offset(),
        sample.getTrafficPartition(),
        sample.getTrafficOffset());
  }

  /** Versions, and of their chunks how many there should be and how many there are. */
  private void adapters(
      List<ConsumerRecord<byte[], byte[]>> records,
      Map<String, Integer> promised,
      Map<String, Integer> chunks,
      Consumer<Observation> seen) {
    for (ConsumerRecord<byte[], byte[]> record : records) {
      AdapterKey key = AdapterKey.parse(new String(record.key(), UTF_8)).orElseThrow();
      String version = AdapterKey.of(key.lineage(), key.version()).toString();
      if (key.isChunk()) {
        int change = record.value() == null ? -1 : 1;
        chunks.merge(version, change, (a, b) -> a + b == 0 ? null : a + b);
      } else if (record.value() == null) {
        promised.remove(version);
        seen.accept(new Observation.Retired(key.lineage(), key.version()));
      } else {
        AdapterRecord adapter = decode(record, AdapterRecord.class);
        if (adapter.getChunkCount() > 0) {
          promised.put(version, adapter.getChunkCount());
        }
        seen.accept(published(adapter));
      }
    }
  }

  private static Observation published(AdapterRecord adapter) {
    Provenance provenance = adapter.getProvenance();
    return new Observation.Published(
        adapter.getLineage(),
        adapter.getVersion(),
        adapter.getParent(),
        hex(adapter.getContentSha256()),
        hex(adapter.getStateSha256()),
        provenance.getSamplesPartition(),
        provenance.getFirstOffset(),
        provenance.getLastOffset(),
        provenance.getSamples());
  }

  private Observation moved(ConsumerRecord<byte[], byte[]> record) {
    AliasRecord alias = decode(record, AliasRecord.class);
    return new Observation.AliasMoved(
        alias.getLineage(), alias.getEpoch(), alias.getLive(), !alias.getCause().equals("PUBLISH"));
  }

  private Observation ordered(ConsumerRecord<byte[], byte[]> record) {
    Command command = decode(record, Command.class);
    return new Observation.Ordered(command.getLineage(), command.getId());
  }

  private Observation served(ConsumerRecord<byte[], byte[]> record) {
    ServingAck ack = decode(record, ServingAck.class);
    if (!ack.getOutcome().equals("LIVE")) {
      throw new AssertionError("expected nodes to take every version, found " + ack);
    }
    return new Observation.Served(ack.getNode(), ack.getLineage(), ack.getVersion());
  }

  /** Decisions of other stages say nothing that the laws of learning speak of. */
  private static Optional<Observation> decided(Decision decision) {
    String lineage = decision.getLineage();
    return switch (decision.getStage()) {
      case "gate" ->
          Optional.of(
              new Observation.Counted(lineage, decision.getPartition(), decision.getCounts()));
      case "guard" ->
          Optional.of(
              new Observation.Judged(
                  lineage,
                  decision.getOutcome(),
                  decision.getOutcome().equals("PROMOTE"),
                  decision.getVersion()));
      case "publish" -> Optional.of(new Observation.Held(lineage, decision.getVersion()));
      case "command" ->
          Optional.of(
              new Observation.Answered(
                  lineage,
                  decision.getAnswer().getCommand(),
                  decision.getOutcome().equals("APPLIED")));
      default -> Optional.empty();
    };
  }

  private <T extends SpecificRecord> T decode(
      ConsumerRecord<byte[], byte[]> record, Class<T> type) {
    Decoded<T> decoded = serdes.decode(record.topic(), type, record.value());
    if (decoded instanceof Decoded.Value<T> found) {
      return found.value();
    }
    throw new AssertionError(record.topic() + " at " + record.offset() + ": " + decoded);
  }

  private static String hex(ByteBuffer bytes) {
    byte[] copy = new byte[bytes.remaining()];
    bytes.duplicate().get(copy);
    return HEX.formatHex(copy);
  }
}
