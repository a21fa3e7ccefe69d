package dev.meander.streams;

import dev.meander.schemas.access.MissingRight;
import dev.meander.schemas.kafka.RegistryUnavailableException;
import dev.meander.schemas.log.RateLimitedLog;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What happens when a stream thread dies: after a failure that may pass another thread takes over
 * after a pause, which grows while failures follow each other; where the registry does not answer,
 * it does so once the registry is back. After any other failure the application stops, because a
 * broken invariant does not heal by repetition. Either way the transaction is aborted and nothing
 * is lost.
 *
 * <p>It warns once a minute at most, however many threads fail how often, and says how often.
 *
 * <p>Thread-safety: safe from any thread.
 */
final class ThreadFailures implements StreamsUncaughtExceptionHandler {

  private static final Logger LOG = LoggerFactory.getLogger(ThreadFailures.class);

  /** Longest chain of causes that is looked at. */
  private static final int CAUSES_MAX = 20;

  private static final int PAUSES_MAX = 30;
  private static final Duration WARN_EVERY = Duration.ofMinutes(1);

  private final Duration pause;
  private final Supplier<Optional<String>> registry;
  private final Predicate<Exception> otherTime;
  private final LongSupplier nanos;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final RateLimitedLog warnings;
  private final AtomicLong calmAtNanos;
  private final AtomicInteger inARow = new AtomicInteger();
  private final AtomicInteger waiting = new AtomicInteger();
  private volatile @Nullable Throwable fatal;

  /**
   * @param pause between a failure and the thread that takes over; grows up to 30 times as long
   * @param registry asks the schema registry; what is wrong with it, empty when nothing is
   * @param otherTime told of a record whose time was refused; whether another is taken
   * @param nanos monotonic clock in nanoseconds
   */
  ThreadFailures(
      Duration pause,
      Supplier<Optional<String>> registry,
      Predicate<Exception> otherTime,
      LongSupplier nanos) {
    this.pause = pause;
    this.registry = registry;
    this.otherTime = otherTime;
    this.nanos = nanos;
    this.warnings = new RateLimitedLog(LOG, nanos);
    this.calmAtNanos = new AtomicLong(nanos.getAsLong());
  }

  @Override
  public StreamThreadExceptionResponse handle(Throwable failure) {
    if (!isRetriable(failure) && !isTakenAtAnotherTime(failure)) {
      LOG.error("stopping: {}", rootMessage(failure), failure);
      fatal = failure;
      return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    }
    boolean goesOn =
        causedBy(failure, RegistryUnavailableException.class) == null
            ? paused(failure)
            : registryIsBack(failure);
    return goesOn
        ? StreamThreadExceptionResponse.REPLACE_THREAD
        : StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
  }

  /** Waits before another thread takes over; false when the application closes meanwhile. */
  private boolean paused(Throwable failure) {
    warn("a stream thread failed, another takes over: " + rootMessage(failure));
    return !closesWithin(pause.multipliedBy(longer()));
  }

  /** Asks until the registry answers; false when the application closes meanwhile. */
  private boolean registryIsBack(Throwable failure) {
    waiting.incrementAndGet();
    try {
      String why = String.valueOf(failure(failure).getMessage());
      do {
        warn("the application waits for the schema registry, no record is lost: " + why);
        if (closesWithin(pause.multipliedBy(longer()))) {
          return false;
        }
        why = registry.get().orElse("");
      } while (!why.isEmpty());
      LOG.info("the schema registry answers, the application goes on");
      return true;
    } finally {
      waiting.decrementAndGet();
    }
  }

  private static Throwable failure(Throwable failure) {
    Throwable found = causedBy(failure, RegistryUnavailableException.class);
    return found == null ? failure : found;
  }

  /** 1, 2, 4, ... for failures that follow each other within a minute. */
  private int longer() {
    long now = nanos.getAsLong();
    if (now - calmAtNanos.getAndSet(now + WARN_EVERY.toNanos()) >= 0) {
      inARow.set(0);
    }
    return Math.min(PAUSES_MAX, 1 << Math.min(PAUSES_MAX, inARow.getAndIncrement()));
  }

  private void warn(String message) {
    warnings.warn("threads", () -> message);
  }

  private boolean closesWithin(Duration wait) {
    try {
      return closing.await(wait.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  /** True while a thread waits for the schema registry. */
  boolean waitsForRegistry() {
    return waiting.get() > 0;
  }

  /** Ends every pause; no thread takes over any more. */
  void closing() {
    closing.countDown();
  }

  /** What stopped the application. */
  Optional<Throwable> fatal() {
    return Optional.ofNullable(fatal);
  }

  /**
   * A clock that is ahead of the broker's is no reason to stop: what comes next is stamped right.
   */
  private boolean isTakenAtAnotherTime(Throwable failure) {
    return causedBy(failure, InvalidTimestampException.class)
            instanceof InvalidTimestampException refused
        && otherTime.test(refused);
  }

  private static boolean isRetriable(Throwable failure) {
    return causedBy(failure, RetriableException.class) != null;
  }

  private static @Nullable Throwable causedBy(Throwable failure, Class<?> type) {
    @Nullable Throwable cause = failure;
    for (int i = 0; i < CAUSES_MAX && cause != null; i++) {
      if (type.isInstance(cause)) {
        return cause;
      }
      cause = cause.getCause();
    }
    return null;
  }

  static String rootMessage(Throwable failure) {
    Optional<String> right = MissingRight.of(failure);
    if (right.isPresent()) {
      return right.get();
    }
    Throwable root = failure;
    for (int i = 0; i < CAUSES_MAX && root.getCause() != null; i++) {
      root = root.getCause();
    }
    return String.valueOf(root.getMessage());
  }
}
