package dev.meander.suite.crash;

import dev.meander.kit.fault.FaultPoint;
import dev.meander.kit.fault.FaultSwitch;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerInterceptor;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** Stops a process where its stream threads read; named in the process's configuration. */
public final class ConsumerFaults implements ConsumerInterceptor<byte[], byte[]> {

  private final FaultSwitch faults = FaultSwitch.ofProcess();
  private FaultPoint point = FaultPoint.RECEIVED;

  @Override
  public void configure(Map<String, ?> settings) {
    boolean restores = String.valueOf(settings.get("client.id")).contains("-restore-consumer");
    point = restores ? FaultPoint.RESTORE : FaultPoint.RECEIVED;
  }

  @Override
  public ConsumerRecords<byte[], byte[]> onConsume(ConsumerRecords<byte[], byte[]> records) {
    faults.reached(point);
    return records;
  }

  @Override
  public void onCommit(Map<TopicPartition, OffsetAndMetadata> offsets) {}

  @Override
  public void close() {}
}
