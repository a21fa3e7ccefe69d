package dev.meander.djl;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * Keeps native operations from running while the process ends. The engine's memory is torn down
 * after the last shutdown hook; an operation that runs then crashes the process. Every operation
 * passes this gate; a shutdown hook closes it, waits for the operations inside, and leaves later
 * ones waiting for the end.
 *
 * <p>Thread-safety: safe.
 */
public final class EngineGate {

  /** An operation inside the gate; closing it leaves. */
  interface Passage extends AutoCloseable {
    @Override
    void close();
  }

  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final EngineGate PROCESS = new EngineGate();

  private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
  private final Passage passage = lock.readLock()::unlock;
  private final Deque<Runnable> beforeClosing = new ArrayDeque<>();
  private boolean hooked;

  EngineGate() {}

  /** The gate of this process. */
  public static EngineGate process() {
    return PROCESS;
  }

  /**
   * Runs {@code action} when the process ends, before the gate closes: the place to stop whatever
   * still needs the engine, such as a stream that finishes its step. Later additions run first.
   * Other shutdown hooks run beside the gate's and may find it closed.
   */
  public void runBeforeClosing(Runnable action) {
    hook();
    synchronized (beforeClosing) {
      beforeClosing.push(action);
    }
  }

  /** Registers the shutdown hook, once. */
  synchronized void hook() {
    if (!hooked) {
      hooked = true;
      Runtime.getRuntime().addShutdownHook(new Thread(this::shutDown, "engine-gate"));
    }
  }

  private void shutDown() {
    while (true) {
      Runnable action;
      synchronized (beforeClosing) {
        action = beforeClosing.poll();
      }
      if (action == null) {
        break;
      }
      action.run();
    }
    close(PATIENCE);
  }

  /** Waits while the gate is closed, that is until the process has ended. */
  Passage enter() {
    lock.readLock().lock();
    return passage;
  }

  /**
   * Closes the gate for good and waits for the operations inside.
   *
   * @return false when some were still inside after {@code patience}; the gate is then open again
   */
  boolean close(Duration patience) {
    try {
      return lock.writeLock().tryLock(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
