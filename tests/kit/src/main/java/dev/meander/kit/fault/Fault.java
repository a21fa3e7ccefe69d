package dev.meander.kit.fault;

/**
 * A fault of one process: it stops where it reaches {@code point} for the {@code occurrence}-th
 * time.
 *
 * @param point where
 * @param occurrence which time, {@code >= 1}
 */
public record Fault(FaultPoint point, int occurrence) {

  public Fault {
    if (occurrence < 1) {
      throw new IllegalArgumentException("expected an occurrence >= 1, found " + occurrence);
    }
  }

  /** What {@link #toString} gives, read again. */
  public static Fault parse(String text) {
    int colon = text.indexOf(':');
    if (colon < 0) {
      throw new IllegalArgumentException("expected POINT:N, found \"" + text + "\"");
    }
    return new Fault(
        FaultPoint.valueOf(text.substring(0, colon)), Integer.parseInt(text.substring(colon + 1)));
  }

  @Override
  public String toString() {
    return point + ":" + occurrence;
  }
}
