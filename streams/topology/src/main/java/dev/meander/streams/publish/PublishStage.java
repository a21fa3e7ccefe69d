package dev.meander.streams.publish;

import dev.meander.core.learner.ConfigurationText;
import dev.meander.core.model.ModelSpec;
import dev.meander.schemas.TopicNames;
import dev.meander.streams.store.LoggedStore;
import java.time.Clock;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.state.StoreBuilder;

/**
 * The publisher's place on the path: its end.
 *
 * <p>Thread-safety: immutable.
 *
 * @param model the base model of every version
 * @param topics names of the topics
 * @param registry settings of the schema registry's client
 * @param config how versions are written
 * @param configuration of the learners, as it is written beside versions
 * @param clock says when a version was published; no content depends on it
 */
public record PublishStage(
    ModelSpec model,
    TopicNames topics,
    Map<String, String> registry,
    PublishConfig config,
    ConfigurationText configuration,
    Clock clock)
    implements ProcessorSupplier<String, Object, byte[], byte[]> {

  /** Store of what each lineage serves. */
  public static final String ALIASES = "aliases";

  /** Store of what framing must remember, by {@code lineage/block}. */
  public static final String FRAMES = "frames";

  /** Store of the versions of each lineage that lie on the log. */
  public static final String VERSIONS = "versions";

  /** Header of adapters and aliases: microseconds since 1970 when they were published, as text. */
  public static final String PUBLISHED_AT_MICROS = "meander.published-at-micros";

  /**
   * Header of adapters: the configuration of the learner that made the version, {@code key=value}
   * lines. On each key frame, and on the first version of a lineage after a start.
   */
  public static final String CONFIGURATION = "meander.configuration";

  @Override
  public Processor<String, Object, byte[], byte[]> get() {
    return new PublishProcessor(this);
  }

  @Override
  public Set<StoreBuilder<?>> stores() {
    return Set.of(
        LoggedStore.named(ALIASES), LoggedStore.named(FRAMES), LoggedStore.named(VERSIONS));
  }
}
