package dev.meander.app.embedded;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs one step of a shutdown and waits for it, but not for ever. */
final class Bounded {

  private static final Logger LOG = LoggerFactory.getLogger(Bounded.class);

  /** A step that may fail; a shutdown goes on with the next one. */
  interface Step {
    void run() throws Exception;
  }

  private Bounded() {}

  /**
   * Runs {@code step}; what fails or takes longer than {@code limit} is logged and left behind.
   *
   * @return true when it ended within the limit
   */
  static boolean run(String what, Duration limit, Step step) {
    Thread thread =
        new Thread(
            () -> {
              try {
                step.run();
              } catch (Exception e) {
                LOG.warn("could not {}", what, e);
              }
            },
            "meander-close");
    thread.setDaemon(true);
    thread.start();
    // An interrupt from before must not cut the wait short; one from now on may.
    boolean interrupted = Thread.interrupted();
    try {
      thread.join(limit.toMillis());
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (thread.isAlive()) {
      LOG.warn("could not {} within {} s", what, limit.toSeconds());
      return false;
    }
    return true;
  }
}
