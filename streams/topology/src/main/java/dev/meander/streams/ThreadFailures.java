package dev.meander.streams;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What happens when a stream thread dies: after a failure that may pass, such as a registry that
 * does not answer, another thread takes over after a pause; after any other the application stops,
 * because a broken invariant does not heal by repetition. Either way the transaction is aborted and
 * nothing is lost.
 *
 * <p>Thread-safety: safe from any thread.
 */
final class ThreadFailures implements StreamsUncaughtExceptionHandler {

  private static final Logger LOG = LoggerFactory.getLogger(ThreadFailures.class);

  /** Longest chain of causes that is looked at. */
  private static final int CAUSES_MAX = 20;

  private final Duration pause;
  private final CountDownLatch closing = new CountDownLatch(1);
  private volatile @Nullable Throwable fatal;

  /**
   * @param pause between a failure and the thread that takes over
   */
  ThreadFailures(Duration pause) {
    this.pause = pause;
  }

  @Override
  public StreamThreadExceptionResponse handle(Throwable failure) {
    if (!mayPass(failure)) {
      LOG.error("stopping: {}", rootMessage(failure), failure);
      fatal = failure;
      return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    }
    LOG.warn("a stream thread failed, another takes over: {}", rootMessage(failure));
    try {
      if (closing.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
        return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    }
    return StreamThreadExceptionResponse.REPLACE_THREAD;
  }

  /** Ends every pause; no thread takes over any more. */
  void closing() {
    closing.countDown();
  }

  /** What stopped the application. */
  Optional<Throwable> fatal() {
    return Optional.ofNullable(fatal);
  }

  private static boolean mayPass(Throwable failure) {
    @Nullable Throwable cause = failure;
    for (int i = 0; i < CAUSES_MAX && cause != null; i++) {
      if (cause instanceof RetriableException) {
        return true;
      }
      cause = cause.getCause();
    }
    return false;
  }

  static String rootMessage(Throwable failure) {
    Throwable root = failure;
    for (int i = 0; i < CAUSES_MAX && root.getCause() != null; i++) {
      root = root.getCause();
    }
    return String.valueOf(root.getMessage());
  }
}
