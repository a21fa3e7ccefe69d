package dev.meander.app;

import dev.meander.djl.EngineGate;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Owns the running parts of a command and closes them once, last opened first: at the end of the
 * command, or when the process is told to stop. It stops before the engine does, so that a step
 * that has begun is finished; and it is one hook for all parts, because hooks run side by side and
 * a broker must not go before its clients.
 *
 * <p>A part that is being opened when the process is told to stop is waited for and then closed.
 *
 * <p>Thread-safety: safe.
 */
public final class Lifetime implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Lifetime.class);

  private final ReentrantLock lock = new ReentrantLock();
  private final Deque<AutoCloseable> opened = new ArrayDeque<>();
  private final CountDownLatch stopRequested = new CountDownLatch(1);
  private boolean ended;

  /** Thrown when a part was to be opened after the process was told to stop. */
  public static final class StoppedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    StoppedException() {
      super("stopped");
    }
  }

  /** Starts to listen for SIGINT and SIGTERM. */
  public Lifetime() {
    this(EngineGate.process()::runBeforeClosing);
  }

  /**
   * @param atStop takes what is to be done when the process is told to stop
   */
  Lifetime(Consumer<Runnable> atStop) {
    atStop.accept(this::stop);
  }

  /**
   * Opens a part; it is closed before everything that was opened before it.
   *
   * @throws StoppedException when the process was told to stop
   */
  public <T extends AutoCloseable> T open(Callable<T> start) throws Exception {
    lock.lock();
    try {
      if (ended) {
        throw new StoppedException();
      }
      checkOpen();
      T part = start.call();
      opened.push(part);
      return part;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Ends what goes on without parts of its own.
   *
   * @throws StoppedException when the process was told to stop
   */
  public void checkOpen() {
    if (isStopping()) {
      throw new StoppedException();
    }
  }

  /** True once the process was told to stop. */
  public boolean isStopping() {
    return stopRequested.getCount() == 0;
  }

  /** Waits until the process is told to stop. */
  public void awaitStop() throws InterruptedException {
    stopRequested.await();
  }

  private void stop() {
    stopRequested.countDown();
    close();
  }

  @Override
  public void close() {
    lock.lock();
    try {
      ended = true;
      for (AutoCloseable part = opened.poll(); part != null; part = opened.poll()) {
        closeQuietly(part);
      }
    } finally {
      lock.unlock();
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
