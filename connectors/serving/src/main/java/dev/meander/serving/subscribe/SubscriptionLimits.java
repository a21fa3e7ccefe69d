package dev.meander.serving.subscribe;

/**
 * Bounds of what a subscriber keeps in memory.
 *
 * @param lineages lineages that are followed; one more is refused with {@code LINEAGE_LIMIT}
 * @param versionsKept newest decoded versions per lineage, beside the live and the previous one
 * @param decodedBytes most bytes of those; older ones are read back from the log when needed
 * @param versionsIndexed newest versions per lineage whose place in the log is remembered; an older
 *     one is refused with {@code VERSION_NOT_HELD}
 */
public record SubscriptionLimits(
    int lineages, int versionsKept, long decodedBytes, int versionsIndexed) {

  public SubscriptionLimits {
    if (lineages < 1 || versionsKept < 1 || versionsIndexed < versionsKept) {
      throw new IllegalArgumentException(
          "expected lineages >= 1 and versions indexed >= versions kept >= 1, found "
              + lineages
              + ", "
              + versionsIndexed
              + ", "
              + versionsKept);
    }
  }
}
