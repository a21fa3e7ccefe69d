package dev.meander.app.embedded;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The running parts of a stack, closed last opened first. A process that is told to stop while a
 * part starts waits for that part, so that its folder is removed too.
 *
 * <p>Thread-safety: safe.
 */
final class StackParts implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(StackParts.class);

  /** Longest that starting or stopping the other parts may keep a stop waiting. */
  private static final Duration LIMIT = Duration.ofSeconds(40);

  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final Thread hook = new Thread(this::close, "meander-stack-stop");
  private final boolean hooked;
  private boolean closed;

  /**
   * No parts yet.
   *
   * @param hooked closes them when the process is told to stop
   */
  StackParts(boolean hooked) {
    this.hooked = hooked;
    if (hooked) {
      Runtime.getRuntime().addShutdownHook(hook);
    }
  }

  /**
   * Starts a part and owns it.
   *
   * @throws IllegalStateException when it was closed in the meantime
   */
  <T extends AutoCloseable> T open(Supplier<T> start) {
    lock.lock();
    try {
      if (closed) {
        throw new IllegalStateException("stopped while starting");
      }
      T part = start.get();
      parts.push(part);
      return part;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    try {
      if (!lock.tryLock(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        LOG.warn("the embedded stack did not stop within {} s", LIMIT.toSeconds());
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    }
    try {
      closed = true;
      while (!parts.isEmpty()) {
        closeQuietly(parts.pop());
      }
    } finally {
      lock.unlock();
    }
    removeHook();
  }

  private static void closeQuietly(AutoCloseable part) {
    try {
      part.close();
    } catch (Exception e) {
      LOG.warn("could not close {}", part, e);
    }
  }

  private void removeHook() {
    if (!hooked || Thread.currentThread() == hook) {
      return;
    }
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      LOG.debug("the process is stopping already", e);
    }
  }
}
