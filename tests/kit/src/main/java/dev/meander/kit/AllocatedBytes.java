package dev.meander.kit;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.function.Supplier;

/** Heap that a piece of code allocates in its thread, in bytes. */
public final class AllocatedBytes {

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private AllocatedBytes() {}

  /**
   * A result and what it took.
   *
   * @param bytes allocated, garbage included
   */
  public record Measured<T>(T result, long bytes) {}

  /** Runs {@code work} in this thread. */
  public static <T> Measured<T> of(Supplier<T> work) {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    T result = work.get();
    return new Measured<>(result, THREADS.getCurrentThreadAllocatedBytes() - before);
  }
}
