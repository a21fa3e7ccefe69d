package dev.meander.streams.gate;

import dev.meander.core.gate.GateConfig;
import dev.meander.core.model.ModelSpec;
import dev.meander.schemas.TopicNames;
import dev.meander.streams.store.LoggedStore;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.state.StoreBuilder;

/**
 * The gate: one processor per partition of the traffic.
 *
 * <p>Thread-safety: immutable.
 *
 * @param config thresholds
 * @param model what events are read against
 * @param topics names of the topics
 * @param registry settings of the schema registry's client
 * @param sampleBytesMax largest event that is let through, key, headers and value together
 * @param letterBytesMax largest dead letter that is taken
 */
public record GateStage(
    GateConfig config,
    ModelSpec model,
    TopicNames topics,
    Map<String, String> registry,
    int sampleBytesMax,
    int letterBytesMax)
    implements ProcessorSupplier<byte[], byte[], byte[], byte[]> {

  /** Store of gate state and counts by lineage. */
  public static final String STATE = "gate-state";

  @Override
  public Processor<byte[], byte[], byte[], byte[]> get() {
    return new GateProcessor(this);
  }

  @Override
  public Set<StoreBuilder<?>> stores() {
    return Set.of(LoggedStore.named(STATE));
  }
}
