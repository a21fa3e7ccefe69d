package dev.meander.schemas.stall;

/**
 * Where a partition ends.
 *
 * @param stable the last stable offset: readers of committed records see nothing from here on
 * @param end the offset after the last record, committed or not
 */
public record PartitionEnds(long stable, long end) {

  public PartitionEnds {
    if (stable < 0 || end < stable) {
      throw new IllegalArgumentException(
          "expected 0 <= stable offset <= end, found " + stable + " and " + end);
    }
  }

  /** Offsets that readers of committed records cannot have. */
  public long behind() {
    return end - stable;
  }
}
