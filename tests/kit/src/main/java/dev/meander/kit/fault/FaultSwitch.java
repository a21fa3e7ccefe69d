package dev.meander.kit.fault;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The fault of the process it lives in. A thread that reaches it says so on standard output and
 * stays there, while all others go on, until the parent kills the process or writes a byte to its
 * standard input. A process whose parent is gone halts.
 *
 * <p>Thread-safety: safe.
 */
public final class FaultSwitch {

  /** System property that holds a {@link Fault}; without it nothing is ever reached. */
  public static final String PROPERTY = "fault";

  /** First part of the line that a process writes when it is there. */
  public static final String REACHED = "reached ";

  private static final int ORPHANED = 86;

  private final @Nullable Fault fault;
  private final PrintStream out;
  private final AtomicInteger occurrences = new AtomicInteger();
  private final CountDownLatch released = new CountDownLatch(1);

  private static final class Process {
    static final FaultSwitch SWITCH = guarded();

    private static FaultSwitch guarded() {
      String text = System.getProperty(PROPERTY);
      FaultSwitch ofProcess = new FaultSwitch(text == null ? null : Fault.parse(text), System.out);
      Thread guard = new Thread(() -> ofProcess.guard(System.in), "fault-guard");
      guard.setDaemon(true);
      guard.start();
      return ofProcess;
    }
  }

  FaultSwitch(@Nullable Fault fault, PrintStream out) {
    this.fault = fault;
    this.out = out;
  }

  /** The switch of this process, which must be a {@link ChildJvm}. */
  public static FaultSwitch ofProcess() {
    return Process.SWITCH;
  }

  /**
   * Says that the calling thread is at {@code point}; returns unless the process is to stop here.
   */
  public void reached(FaultPoint point) {
    if (fault == null
        || fault.point() != point
        || occurrences.incrementAndGet() != fault.occurrence()) {
      return;
    }
    out.println(REACHED + fault);
    out.flush();
    try {
      released.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void guard(InputStream in) {
    try {
      while (in.read() >= 0) {
        release();
      }
    } catch (IOException e) {
      // as good as the end of it
    }
    Runtime.getRuntime().halt(ORPHANED);
  }

  void release() {
    released.countDown();
  }
}
