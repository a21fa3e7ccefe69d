package dev.meander.replay.scenario;

import dev.meander.replay.corruption.Corruption;

/**
 * A stretch of a stream under one corruption.
 *
 * @param corruption what happens to its images
 * @param from first position
 * @param to position after the last
 */
public record Segment(Corruption corruption, int from, int to) {

  /** Name in reports: the corruption's. */
  public String name() {
    return corruption.label();
  }

  /** Number of samples. */
  public int size() {
    return to - from;
  }

  /**
   * Severity at a position: 1 to 5 in equal steps over the first quarter, 5 for half, 5 to 1 over
   * the last quarter.
   */
  int severityAt(int position) {
    int quarter = size() / 4;
    int fromEdge = Math.min(position - from, to - 1 - position);
    if (fromEdge >= quarter) {
      return Corruption.SEVERITY_MAX;
    }
    return 1 + (int) ((long) Corruption.SEVERITY_MAX * fromEdge / quarter);
  }
}
