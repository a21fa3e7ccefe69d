package dev.meander.app.demo;

import dev.meander.replay.scenario.DriftSample;
import dev.meander.schemas.log.RateLimitedLog;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends a drifting stream to serving nodes, one client thread a node, in stream order, and keeps
 * every answer.
 *
 * <p>Thread-safety: none; run once.
 */
final class TrafficGenerator {

  private static final Logger LOG = LoggerFactory.getLogger(TrafficGenerator.class);

  private final IntFunction<DriftSample> stream;
  private final int events;
  private final List<InferenceClient> nodes;
  private final Pacer pacer;
  private final BooleanSupplier stopping;
  private final Runnable sent;
  private final RateLimitedLog failures;
  private final AtomicInteger next = new AtomicInteger();
  private final AtomicInteger failed = new AtomicInteger();

  /**
   * @param stream the event at each position
   * @param events length of the stream
   * @param nodes one client per serving node
   * @param pacer when each event is due
   * @param stopping whether no more is to be sent; nodes that go away then are no failure
   * @param sent called after each event
   * @param nanoClock a monotonic clock
   */
  TrafficGenerator(
      IntFunction<DriftSample> stream,
      int events,
      List<InferenceClient> nodes,
      Pacer pacer,
      BooleanSupplier stopping,
      Runnable sent,
      LongSupplier nanoClock) {
    this.stream = stream;
    this.events = events;
    this.nodes = List.copyOf(nodes);
    this.pacer = pacer;
    this.stopping = stopping;
    this.sent = sent;
    this.failures = new RateLimitedLog(LOG, nanoClock);
  }

  /**
   * Sends everything, or what it can until it is to stop, and returns the answers, in no particular
   * order.
   */
  List<AnsweredEvent> run() throws InterruptedException {
    ExecutorService clients =
        Executors.newFixedThreadPool(
            nodes.size(),
            task -> {
              Thread thread = new Thread(task, "meander-traffic");
              thread.setDaemon(true);
              return thread;
            });
    try {
      List<Future<List<AnsweredEvent>>> results = new ArrayList<>();
      for (InferenceClient node : nodes) {
        Callable<List<AnsweredEvent>> client = () -> send(node);
        results.add(clients.submit(client));
      }
      List<AnsweredEvent> answers = new ArrayList<>(events);
      for (Future<List<AnsweredEvent>> result : results) {
        answers.addAll(result.get());
      }
      return answers;
    } catch (ExecutionException e) {
      throw new IllegalStateException("a traffic client stopped", e.getCause());
    } finally {
      clients.shutdownNow();
    }
  }

  private List<AnsweredEvent> send(InferenceClient node) throws InterruptedException {
    List<AnsweredEvent> answers = new ArrayList<>();
    for (int position = next.getAndIncrement();
        position < events && !stopping.getAsBoolean();
        position = next.getAndIncrement()) {
      DriftSample sample = stream.apply(position);
      pacer.await();
      try {
        InferenceClient.Answer answer = node.ask("demo-" + position, sample.image());
        answers.add(
            new AnsweredEvent(
                position,
                sample.segment(),
                AnsweredEvent.pixels(sample.image()),
                sample.label(),
                answer.lineage(),
                answer.version(),
                answer.logits()));
      } catch (IOException e) {
        if (stopping.getAsBoolean()) {
          LOG.debug("no answer to event {} while stopping", position, e);
          break;
        }
        failed.incrementAndGet();
        int asked = position;
        failures.warn(e.getClass().getName(), () -> "no answer to event " + asked + ": " + e);
      }
      sent.run();
    }
    return answers;
  }

  /** Requests without an answer. */
  int failed() {
    return failed.get();
  }
}
