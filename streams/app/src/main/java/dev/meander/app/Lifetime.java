package dev.meander.app;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Owns the running parts of a command and closes them once, last opened first: at the end of the
 * command, or when the process is told to stop. One shutdown hook for all of them, because hooks
 * run side by side and a broker must not go before its clients.
 *
 * <p>Thread-safety: safe; opening after the end closes at once.
 */
public final class Lifetime implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Lifetime.class);
  private static final long STOP_SECONDS = 30;

  private final Deque<AutoCloseable> opened = new ArrayDeque<>();
  private final AtomicBoolean ended = new AtomicBoolean();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final CountDownLatch stopRequested = new CountDownLatch(1);
  private final Thread hook = new Thread(this::stop, "meander-stop");

  /** Starts to listen for SIGINT and SIGTERM. */
  public Lifetime() {
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** Takes over {@code part}; it is closed before everything that was opened before it. */
  public <T extends AutoCloseable> T open(T part) {
    synchronized (opened) {
      if (!ended.get()) {
        opened.push(part);
        return part;
      }
    }
    closeQuietly(part);
    throw new IllegalStateException("stopped while starting");
  }

  /** True once the process was told to stop. */
  public boolean isStopping() {
    return stopRequested.getCount() == 0;
  }

  /** Waits until the process is told to stop. */
  public void awaitStop() throws InterruptedException {
    stopRequested.await();
    closed.await();
  }

  private void stop() {
    stopRequested.countDown();
    close();
  }

  @Override
  public void close() {
    if (ended.compareAndSet(false, true)) {
      try {
        closeAll();
      } finally {
        closed.countDown();
        if (Thread.currentThread() != hook) {
          removeHook();
        }
      }
      return;
    }
    awaitClosed();
  }

  private void closeAll() {
    while (true) {
      AutoCloseable part;
      synchronized (opened) {
        part = opened.poll();
      }
      if (part == null) {
        return;
      }
      closeQuietly(part);
    }
  }

  private void awaitClosed() {
    try {
      if (!closed.await(STOP_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("not everything was closed within {} s", STOP_SECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void removeHook() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      LOG.debug("the process is stopping already", e);
    }
  }

  private static void closeQuietly(AutoCloseable part) {
    try {
      part.close();
    } catch (Exception e) {
      LOG.warn("could not close {}", part, e);
    }
  }
}
