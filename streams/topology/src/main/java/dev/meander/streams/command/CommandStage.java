package dev.meander.streams.command;

import dev.meander.schemas.TopicNames;
import dev.meander.streams.store.LoggedStore;
import java.time.Clock;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.state.StoreBuilder;

/**
 * The commands' place on the path: in front of learner and publish, in the same task, so that each
 * command falls between two samples of its lineage.
 *
 * <p>Thread-safety: immutable.
 *
 * @param model name of the model whose lineages are commanded here
 * @param topics names of the topics
 * @param registry settings of the schema registry's client
 * @param clock gives the records a command leads to their time; no version depends on it
 * @param letterBytesMax largest dead letter that is taken
 */
public record CommandStage(
    String model, TopicNames topics, Map<String, String> registry, Clock clock, int letterBytesMax)
    implements ProcessorSupplier<byte[], byte[], Object, Object> {

  /** Store of the ids of applied commands by lineage. */
  public static final String APPLIED = "commands-applied";

  @Override
  public Processor<byte[], byte[], Object, Object> get() {
    return new CommandProcessor(this);
  }

  @Override
  public Set<StoreBuilder<?>> stores() {
    return Set.of(LoggedStore.named(APPLIED));
  }
}
