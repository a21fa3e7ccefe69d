package dev.meander.serving.retry;

import dev.meander.schemas.kafka.RegistryUnavailableException;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Asks again while the schema registry does not answer, so that no record is skipped because of it.
 *
 * <p>Thread-safety: none.
 */
public final class RegistryPatience {

  private final Closing closing;
  private final Backoff backoff;
  private final Consumer<String> waiting;
  private final Runnable answered;

  /**
   * @param waiting told why, at every failed attempt
   * @param answered told when an attempt after a failed one succeeds
   */
  public RegistryPatience(
      Closing closing, Backoff backoff, Consumer<String> waiting, Runnable answered) {
    this.closing = closing;
    this.backoff = backoff;
    this.waiting = waiting;
    this.answered = answered;
  }

  /**
   * What {@code attempt} gives once the registry answers.
   *
   * @throws Closing.Requested when closing is requested meanwhile
   */
  public <T> T call(Supplier<T> attempt) {
    backoff.reset();
    boolean failed = false;
    while (true) {
      try {
        T value = attempt.get();
        if (failed) {
          answered.run();
        }
        return value;
      } catch (RegistryUnavailableException e) {
        failed = true;
        waiting.accept(String.valueOf(e.getMessage()));
        closing.pause(backoff.next());
        if (closing.requested()) {
          throw new Closing.Requested();
        }
      }
    }
  }
}
