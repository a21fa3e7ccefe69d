package dev.meander.streams.prediction;

import dev.meander.core.learner.Step;
import dev.meander.schemas.Topic;
import dev.meander.schemas.kafka.RecordSerdes;
import dev.meander.schemas.record.Prediction;
import dev.meander.streams.metric.Meters;
import dev.meander.streams.metric.Metric;
import dev.meander.streams.path.Nodes;
import dev.meander.streams.path.Outlet;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Writes what the learner predicted in a step, when that is wanted.
 *
 * <p>A prediction has the time of the newest record that was read, not of its event: retention goes
 * by it, and the prediction of an old event would be gone from the log before anybody saw it.
 */
final class PredictionProcessor implements Processor<String, Step, byte[], byte[]> {

  private final PredictionStage stage;
  private ProcessorContext<byte[], byte[]> context;
  private RecordSerdes serdes;
  private Meters meters;
  private Outlet outlet;
  private Predictions predictions;

  @SuppressWarnings("NullAway.Init") // Kafka Streams calls init before anything else
  PredictionProcessor(PredictionStage stage) {
    this.stage = stage;
  }

  @Override
  public void init(ProcessorContext<byte[], byte[]> context) {
    this.context = context;
    this.serdes = RecordSerdes.open(stage.registry());
    this.meters = new Meters(context, Nodes.PREDICTION);
    this.outlet = new Outlet(context, serdes, Topic.PREDICTIONS, stage.topics(), Nodes.PREDICTIONS);
    this.predictions = new Predictions(stage.method(), context.taskId().partition());
  }

  @Override
  public void process(Record<String, Step> record) {
    if (!stage.enabled()) {
      return;
    }
    for (Prediction prediction : predictions.of(record.key(), record.value())) {
      send(record.key(), prediction, context.currentStreamTimeMs());
    }
  }

  private void send(String lineage, Prediction prediction, long timeMillis) {
    byte[] bytes = outlet.encode(prediction);
    String outcome = prediction.getPredictedClass() == null ? "NOT_FINITE" : "WRITTEN";
    if (bytes.length > stage.recordBytesMax()) {
      bytes = outlet.encode(Predictions.withoutLogits(prediction));
      outcome = "TOO_LARGE";
    }
    outlet.send(lineage, bytes, timeMillis, new RecordHeaders());
    meters.count(Metric.PREDICTIONS, outcome);
  }

  @Override
  public void close() {
    serdes.close();
    meters.close();
  }
}
