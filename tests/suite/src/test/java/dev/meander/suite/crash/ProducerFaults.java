package dev.meander.suite.crash;

import dev.meander.kit.fault.FaultPoint;
import dev.meander.kit.fault.FaultSwitch;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerInterceptor;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jspecify.annotations.Nullable;

/** Stops a process where its stream threads write; named in the process's configuration. */
public final class ProducerFaults implements ProducerInterceptor<byte[], byte[]> {

  private static final String ADAPTERS = ".adapters";

  private final FaultSwitch faults = FaultSwitch.ofProcess();

  /** What the record before this one was; it is only with the producer once the next one comes. */
  private @Nullable FaultPoint handed;

  @Override
  public ProducerRecord<byte[], byte[]> onSend(ProducerRecord<byte[], byte[]> record) {
    if (handed != null) {
      faults.reached(handed);
    }
    handed = point(record);
    return record;
  }

  private static @Nullable FaultPoint point(ProducerRecord<byte[], byte[]> record) {
    String topic = record.topic();
    if (topic.endsWith(".samples")) {
      return FaultPoint.SAMPLE;
    } else if (topic.endsWith(ADAPTERS)) {
      return isChunk(record.key()) ? FaultPoint.CHUNK : FaultPoint.VERSION;
    } else if (topic.endsWith(".aliases")) {
      return FaultPoint.ALIAS;
    }
    return topic.endsWith("-changelog") ? FaultPoint.COMMIT : null;
  }

  /** {@code lineage/version/chunk}; no lineage holds a slash. */
  private static boolean isChunk(byte[] key) {
    return new String(key, StandardCharsets.UTF_8).split("/", -1).length == 3;
  }

  @Override
  public void onAcknowledgement(@Nullable RecordMetadata metadata, @Nullable Exception failure) {
    if (failure == null && metadata != null && metadata.topic().endsWith(ADAPTERS)) {
      faults.reached(FaultPoint.STORED);
    }
  }

  @Override
  public void configure(Map<String, ?> settings) {}

  @Override
  public void close() {}
}
