package dev.meander.streams.prediction;

import dev.meander.core.learner.Step;
import dev.meander.schemas.TopicNames;
import java.util.Map;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;

/**
 * The place of the learner's own answers on the path: beside the guard, behind the learner.
 *
 * <p>Thread-safety: immutable.
 *
 * @param enabled false when nothing is to be written
 * @param method name of the method that answers
 * @param recordBytesMax largest prediction that is written with its logits
 * @param topics names of the topics
 * @param registry settings of the schema registry's client
 */
public record PredictionStage(
    boolean enabled,
    String method,
    int recordBytesMax,
    TopicNames topics,
    Map<String, String> registry)
    implements ProcessorSupplier<String, Step, byte[], byte[]> {

  /** What a prediction takes beside its logits, key and names of usual length included. */
  private static final long OVERHEAD_BYTES = 512;

  /**
   * Most bytes that the predictions of one step take, as far as ids of events are not very long.
   *
   * @param batchSize samples of a step
   * @param classes logits of a sample
   */
  public static long stepBytes(int batchSize, int classes) {
    return batchSize * (OVERHEAD_BYTES + (long) Float.BYTES * classes);
  }

  @Override
  public Processor<String, Step, byte[], byte[]> get() {
    return new PredictionProcessor(this);
  }
}
