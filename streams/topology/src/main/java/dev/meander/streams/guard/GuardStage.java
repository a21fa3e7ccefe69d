package dev.meander.streams.guard;

import dev.meander.core.learner.Step;
import dev.meander.schemas.TopicNames;
import java.util.Map;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;

/**
 * The guard's place on the path: between learner and publish.
 *
 * <p>Thread-safety: immutable.
 *
 * @param topics names of the topics
 * @param registry settings of the schema registry's client
 */
public record GuardStage(TopicNames topics, Map<String, String> registry)
    implements ProcessorSupplier<String, Step, Object, Object> {

  @Override
  public Processor<String, Step, Object, Object> get() {
    return new GuardProcessor(this);
  }
}
