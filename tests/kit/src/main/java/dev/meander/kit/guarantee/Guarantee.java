package dev.meander.kit.guarantee;

/**
 * One law, watching one run. Records of one topic and lineage come in the order of the log; records
 * of different topics come in any order, so what compares topics is checked at the end.
 *
 * <p>Thread-safety: none.
 */
public interface Guarantee {

  /** The law as a sentence. */
  String law();

  /**
   * Takes in what was committed next; a law that does not speak of it ignores it.
   *
   * @throws Violation when it breaks the law
   */
  void observe(Observation seen);

  /** What a guarantee throws; the message says expected and found. */
  final class Violation extends AssertionError {

    private static final long serialVersionUID = 1L;

    public Violation(String message) {
      super(message);
    }
  }
}
