package dev.meander.streams.learner;

import dev.meander.core.learner.LearnerConfig;
import dev.meander.core.model.AdaptableModel;
import dev.meander.core.model.ModelProvider;
import dev.meander.core.model.ModelSource;
import dev.meander.core.model.ModelSpec;
import dev.meander.schemas.TopicNames;
import dev.meander.streams.store.LoggedStore;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.state.StoreBuilder;

/**
 * The learners: one processor per partition of the samples, with one module that its learners
 * share.
 *
 * <p>Thread-safety: immutable.
 *
 * @param config what a learner's result depends on
 * @param model what the model was found to be when the application was configured
 * @param source where each processor opens it
 * @param provider who opens it
 * @param topics names of the topics
 * @param registry settings of the schema registry's client
 * @param liveMax largest number of learners of a task that are in memory at once
 * @param liveBytesMax most bytes of their state and waiting samples
 * @param letterBytesMax largest dead letter that is taken
 */
public record LearnerStage(
    LearnerConfig config,
    ModelSpec model,
    ModelSource source,
    ModelProvider provider,
    TopicNames topics,
    Map<String, String> registry,
    int liveMax,
    long liveBytesMax,
    int letterBytesMax,
    ShortMemory memory)
    implements ProcessorSupplier<byte[], Object, Object, Object> {

  /** A stage whose memory was never short. */
  public LearnerStage(
      LearnerConfig config,
      ModelSpec model,
      ModelSource source,
      ModelProvider provider,
      TopicNames topics,
      Map<String, String> registry,
      int liveMax,
      long liveBytesMax,
      int letterBytesMax) {
    this(
        config,
        model,
        source,
        provider,
        topics,
        registry,
        liveMax,
        liveBytesMax,
        letterBytesMax,
        new ShortMemory());
  }

  /** Store of learner state by {@code lineage/block}. */
  public static final String STATE = "learner-state";

  /** Store of samples that no step has used yet, by {@code lineage/offset}. */
  public static final String PENDING = "learner-pending";

  /** Store of the pauses of each lineage that has any. */
  public static final String PAUSES = "learner-pauses";

  /** Store of the configuration that each lineage learned with last. */
  public static final String CONFIGURATIONS = "learner-configurations";

  /**
   * A module for one processor.
   *
   * @throws IllegalStateException when the file is not the one the application was configured with
   */
  AdaptableModel open() {
    AdaptableModel opened = provider.open(source);
    if (!opened.spec().baseSha256().equals(model.baseSha256())) {
      opened.close();
      throw new IllegalStateException(
          "expected model "
              + model.baseSha256()
              + " in "
              + source.file()
              + ", found "
              + opened.spec().baseSha256()
              + ": the file changed while the application ran");
    }
    return opened;
  }

  @Override
  public Processor<byte[], Object, Object, Object> get() {
    return new LearnerProcessor(this);
  }

  @Override
  public Set<StoreBuilder<?>> stores() {
    return Set.of(
        LoggedStore.named(STATE),
        LoggedStore.named(PENDING),
        LoggedStore.named(PAUSES),
        LoggedStore.named(CONFIGURATIONS));
  }
}
