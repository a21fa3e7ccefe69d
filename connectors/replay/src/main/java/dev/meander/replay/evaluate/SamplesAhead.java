package dev.meander.replay.evaluate;

import dev.meander.replay.scenario.ScenarioSample;
import dev.meander.replay.scenario.ScenarioStream;
import dev.meander.replay.scenario.ScenarioStream.Part;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * The batches of a stream in order, the next one made on a thread of its own while the current one
 * is learnt from.
 *
 * <p>Thread-safety: none; the drawing thread ends with {@link #close}.
 */
final class SamplesAhead implements AutoCloseable {

  private record Stretch(int part, int from, int to) {}

  /**
   * A batch.
   *
   * @param startsPart true for the first batch of a part
   * @param endsPart true for the last one
   */
  record Chunk(List<ScenarioSample> samples, boolean startsPart, boolean endsPart) {}

  private final ScenarioStream stream;
  private final Deque<Stretch> left = new ArrayDeque<>();
  private final ExecutorService drawing;
  private @Nullable Future<Chunk> ahead;

  SamplesAhead(ScenarioStream stream, int batchSize) {
    this.stream = stream;
    List<Part> parts = stream.parts();
    for (int part = 0; part < parts.size(); part++) {
      int size = parts.get(part).to() - parts.get(part).from();
      for (int from = 0; from < size; from += batchSize) {
        left.add(new Stretch(part, from, Math.min(size, from + batchSize)));
      }
    }
    this.drawing =
        Executors.newSingleThreadExecutor(
            task -> {
              Thread thread = new Thread(task, "meander-evaluate-images");
              thread.setDaemon(true);
              return thread;
            });
    this.ahead = submit();
  }

  private @Nullable Future<Chunk> submit() {
    Stretch next = left.poll();
    return next == null ? null : drawing.submit(() -> draw(next));
  }

  private Chunk draw(Stretch stretch) {
    Part part = stream.parts().get(stretch.part);
    return new Chunk(
        stream.samples(stretch.part, stretch.from, stretch.to),
        stretch.from == 0,
        stretch.to == part.to() - part.from());
  }

  /** The next batch; null after the last. */
  @Nullable Chunk next() throws InterruptedException {
    if (ahead == null) {
      return null;
    }
    try {
      Chunk next = ahead.get();
      ahead = submit();
      return next;
    } catch (ExecutionException e) {
      throw new IllegalStateException("making the samples failed", e.getCause());
    }
  }

  @Override
  public void close() {
    drawing.shutdownNow();
  }
}
