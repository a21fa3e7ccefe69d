package dev.meander.kit.guarantee;

import dev.meander.kit.guarantee.Observation.Counted;
import dev.meander.kit.guarantee.Observation.Received;
import dev.meander.kit.guarantee.Observation.Sampled;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * All laws watching one run. The failure names the run (its seed belongs there), the law, and the
 * last records before the break.
 *
 * <p>Thread-safety: none.
 */
public final class Guarantees {

  private static final int REMEMBERED = 8;

  private final String run;
  private final List<Guarantee> watching;
  private final Deque<Observation> last = new ArrayDeque<>();

  /**
   * @param run names it in failures: what it is and its seed
   * @param watching the laws
   */
  public Guarantees(String run, List<Guarantee> watching) {
    this.run = run;
    this.watching = List.copyOf(watching);
  }

  /**
   * The laws of every run of learners, however often it was interrupted.
   *
   * @param run names it in failures: what it is and its seed
   */
  public static Guarantees ofLearning(String run) {
    return new Guarantees(
        run,
        List.of(
            new VersionsGrowByOne(),
            new ParentsChain(),
            new AliasesNamePublished(),
            new SamplesUsedOnce(),
            new VersionsWerePromoted(),
            new CountsGrow(),
            new NothingIsLost(),
            new CommandsActOnce(),
            new VersionsGoOnce(),
            new ServedWasPublished()));
  }

  /** Hands a record to every law. */
  public void observe(Observation seen) {
    for (Guarantee guarantee : watching) {
      try {
        guarantee.observe(seen);
      } catch (Guarantee.Violation e) {
        throw new AssertionError(
            run + ": " + guarantee.law() + ": " + e.getMessage() + "\nafter " + last, e);
      }
    }
    remember(seen);
  }

  /** Hands over records, and then that nothing more comes. */
  public void observeAll(Iterable<? extends Observation> seen) {
    seen.forEach(this::observe);
    observe(new Observation.Ended());
  }

  /** What comes by the hundred says little about a break. */
  private void remember(Observation seen) {
    if (seen instanceof Sampled || seen instanceof Counted || seen instanceof Received) {
      return;
    }
    if (last.size() == REMEMBERED) {
      last.remove();
    }
    last.add(seen);
  }
}
