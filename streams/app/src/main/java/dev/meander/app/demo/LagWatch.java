package dev.meander.app.demo;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a lag in the background, so that who sends events need not wait for it. Thread-safety:
 * safe.
 */
final class LagWatch implements LongSupplier, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(LagWatch.class);
  private static final long EVERY_MILLIS = 100;

  private final ConsumerLag lag;
  private final AtomicLong records = new AtomicLong();
  private final ScheduledExecutorService reader =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "meander-demo-lag");
            thread.setDaemon(true);
            return thread;
          });

  LagWatch(ConsumerLag lag) {
    this.lag = lag;
    reader.scheduleWithFixedDelay(this::read, 0, EVERY_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void read() {
    try {
      records.set(lag.records());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IllegalStateException e) {
      LOG.warn("the lag is unknown", e);
    }
  }

  @Override
  public long getAsLong() {
    return records.get();
  }

  @Override
  public void close() {
    reader.shutdownNow();
    lag.close();
  }
}
