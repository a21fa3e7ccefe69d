package dev.meander.core.learner;

/**
 * Samples of a lineage that nobody learned from while it was paused. They lie between samples that
 * were learned from, so a replay passes over them too.
 *
 * @param firstOffset offset of the first of them
 * @param lastOffset offset of the last of them, {@code >= firstOffset}
 * @param samples how many of the lineage's own lie between, both included, {@code >= 1}
 */
public record Pause(long firstOffset, long lastOffset, long samples) {

  public Pause {
    if (firstOffset < 0 || lastOffset < firstOffset || samples < 1) {
      throw new IllegalArgumentException(
          "expected offsets in order and at least one sample, found "
              + firstOffset
              + " to "
              + lastOffset
              + " and "
              + samples
              + " samples");
    }
  }

  /** True when the sample at {@code offset} fell into it. */
  public boolean contains(long offset) {
    return firstOffset <= offset && offset <= lastOffset;
  }
}
