package dev.meander.djl;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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
  private static final Logger LOG = LoggerFactory.getLogger(EngineGate.class);

  /** Made, and registered as a shutdown hook, when it is first asked for. */
  private static final class OfProcess {
    static final EngineGate GATE = hooked();

    private static EngineGate hooked() {
      EngineGate gate = new EngineGate();
      try {
        Runtime.getRuntime().addShutdownHook(new Thread(gate::shutDown, "engine-gate"));
      } catch (IllegalStateException e) {
        LOG.debug("the process is ending already, nothing needed the engine before", e);
      }
      return gate;
    }
  }

  private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
  private final Passage passage = lock.readLock()::unlock;
  private final Deque<Runnable> beforeClosing = new ArrayDeque<>();

  EngineGate() {}

  /** The gate of this process. */
  public static EngineGate process() {
    return OfProcess.GATE;
  }

  /**
   * Runs {@code action} when the process ends, before the gate closes: the place to stop whatever
   * still needs the engine, such as a stream that finishes its step. Later additions run first.
   * Other shutdown hooks run beside the gate's and may find it closed.
   */
  public void runBeforeClosing(Runnable action) {
    synchronized (beforeClosing) {
      beforeClosing.push(action);
    }
  }

  /** Runs what was to run before closing, then closes; an action that fails is logged. */
  void shutDown() {
    for (Runnable action = next(); action != null; action = next()) {
      try {
        action.run();
      } catch (RuntimeException e) {
        LOG.warn("an action before the end of the process failed", e);
      }
    }
    close(PATIENCE);
  }

  private @Nullable Runnable next() {
    synchronized (beforeClosing) {
      return beforeClosing.poll();
    }
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
