package dev.meander.serving.http;

import dev.meander.core.math.Vectors;
import dev.meander.core.model.AdapterSlot;
import dev.meander.core.tensor.Tensor;
import dev.meander.core.weights.AdapterVersion;
import dev.meander.core.weights.LineageId;
import dev.meander.serving.metrics.ServingMetrics;
import dev.meander.serving.slot.Predictor;
import dev.meander.serving.traffic.Exchange;
import dev.meander.serving.traffic.TrafficSink;
import java.time.Clock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers one inference request: reads, predicts, hands the exchange on as traffic. Knows no HTTP.
 *
 * <p>Thread-safety: safe.
 */
final class InferHandler {

  private static final Logger LOG = LoggerFactory.getLogger(InferHandler.class);

  private final ServedModel model;
  private final InferRequestReader reader;
  private final Predictor predictor;
  private final TrafficSink traffic;
  private final ServingMetrics metrics;
  private final Clock clock;
  private final Supplier<String> ids;

  /** An answer and the version it is stamped with. */
  @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
  record Reply(byte[] body, AdapterVersion version) {}

  InferHandler(
      ServedModel model,
      int rowsMax,
      Predictor predictor,
      TrafficSink traffic,
      ServingMetrics metrics,
      Clock clock,
      Supplier<String> ids) {
    this.model = model;
    this.reader = new InferRequestReader(model, rowsMax);
    this.predictor = predictor;
    this.traffic = traffic;
    this.metrics = metrics;
    this.clock = clock;
    this.ids = ids;
  }

  /**
   * Answers {@code body}.
   *
   * @param headerScope scope in the request's header; a parameter wins over it
   */
  Reply answer(byte[] body, @Nullable String headerScope) throws RequestRefusedException {
    long eventTimeMillis = clock.millis();
    InferRequest request = reader.read(body);
    LineageId lineage = lineage(request.scope() == null ? headerScope : request.scope());
    AdapterSlot.Answer answer = predict(lineage, request.input());
    if (!Vectors.allFinite(answer.logits().data())) {
      throw new RequestRefusedException(
          RequestProblem.ANSWER_NOT_FINITE,
          "expected finite logits from version "
              + answer.version().number()
              + " of "
              + lineage
              + ", found NaN or infinity");
    }
    String id = request.id() == null ? ids.get() : request.id();
    metrics.rows(request.input().rows());
    traffic.offer(new Exchange(id, eventTimeMillis, request.input(), answer));
    return new Reply(InferResponseWriter.write(id, answer, request.outputs()), answer.version());
  }

  /** What a model throws is about this request, as far as anybody knows: the node goes on. */
  private AdapterSlot.Answer predict(LineageId lineage, Tensor input)
      throws RequestRefusedException {
    try {
      return predictor.predict(lineage, input);
    } catch (RuntimeException | OutOfMemoryError | StackOverflowError e) {
      LOG.debug("the model of {} threw", lineage, e);
      throw new RequestRefusedException(
          RequestProblem.MODEL_FAILED,
          "expected the model to take the input, found that it threw " + ThrownReason.of(e));
    }
  }

  private LineageId lineage(@Nullable String scope) throws RequestRefusedException {
    try {
      return new LineageId(model.name(), scope == null ? LineageId.GLOBAL : scope);
    } catch (IllegalArgumentException e) {
      throw new RequestRefusedException(
          RequestProblem.MALFORMED_SCOPE, String.valueOf(e.getMessage()));
    }
  }
}
