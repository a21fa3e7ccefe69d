package dev.meander.app.train;

import dev.meander.core.tensor.LabelledBatch;
import dev.meander.replay.data.DataSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * The batches of a data set in order, the next one drawn on a thread of its own while the current
 * one is learnt from.
 *
 * <p>Thread-safety: none; the drawing thread ends with {@link #close}.
 */
final class BatchesAhead implements AutoCloseable {

  private final DataSet data;
  private final int batch;
  private final ExecutorService drawing;
  private Future<LabelledBatch> ahead;
  private int from;

  BatchesAhead(DataSet data, int batch) {
    this.data = data;
    this.batch = batch;
    this.drawing =
        Executors.newSingleThreadExecutor(
            task -> {
              Thread thread = new Thread(task, "meander-train-images");
              thread.setDaemon(true);
              return thread;
            });
    this.ahead = drawing.submit(() -> data.batch(0, batch));
  }

  /** The next batch; at the end of the data set it starts again. */
  LabelledBatch next() throws InterruptedException {
    try {
      LabelledBatch next = ahead.get();
      from = (from + batch) % data.size();
      int start = from;
      ahead = drawing.submit(() -> data.batch(start, batch));
      return next;
    } catch (ExecutionException e) {
      throw new IllegalStateException("drawing images failed", e.getCause());
    }
  }

  @Override
  public void close() {
    drawing.shutdownNow();
  }
}
