package dev.meander.streams.publish;

import java.time.Duration;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ProcessorContext;

/**
 * Asks for the commits that make versions visible. A version after a pause is committed at once;
 * versions of a burst, as many lineages make them, share the next commit, which is due {@link
 * #TOGETHER} after the last.
 *
 * <p>Thread-safety: none; belongs to one task.
 */
final class SharedCommits {

  /** Shortest time between two commits that are asked for. */
  static final Duration TOGETHER = Duration.ofMillis(20);

  private final ProcessorContext<?, ?> context;
  private long askedMillis;
  private boolean waiting;

  SharedCommits(ProcessorContext<?, ?> context) {
    this.context = context;
    context.schedule(TOGETHER, PunctuationType.WALL_CLOCK_TIME, this::askIfDue);
  }

  /** A version was written. */
  void published() {
    waiting = true;
    askIfDue(context.currentSystemTimeMs());
  }

  private void askIfDue(long nowMillis) {
    if (waiting && nowMillis - askedMillis >= TOGETHER.toMillis()) {
      waiting = false;
      askedMillis = nowMillis;
      context.commit();
    }
  }
}
