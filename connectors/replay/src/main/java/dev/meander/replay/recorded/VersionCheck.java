package dev.meander.replay.recorded;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One published version against its re-run. The component names are keys of {@code report.json}.
 *
 * @param version its number
 * @param hash content hash as published, 64 hexadecimal digits
 * @param recomputed content hash of the re-run; null when the re-run made no such version
 * @param verdict what was found
 * @param reasons why it is not EQUAL, expected and found; empty when it is
 */
public record VersionCheck(
    long version,
    String hash,
    @Nullable String recomputed,
    Equality verdict,
    List<String> reasons) {

  public VersionCheck {
    reasons = List.copyOf(reasons);
  }
}
