package dev.meander.serving.retry;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Tells a thread to stop, and lets it pause without missing that.
 *
 * <p>Thread-safety: safe.
 */
public final class Closing {

  private final CountDownLatch requested = new CountDownLatch(1);

  /** Asks the thread to stop. */
  public void request() {
    requested.countDown();
  }

  public boolean requested() {
    return requested.getCount() == 0;
  }

  /** Waits {@code pause}, or until closing is requested or the thread is interrupted. */
  public void pause(Duration pause) {
    try {
      requested.await(pause.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      request();
      Thread.currentThread().interrupt();
    }
  }

  /** Thrown to leave a retry when closing was requested. */
  public static final class Requested extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public Requested() {
      super("closing", null, false, false);
    }
  }
}
