package dev.meander.replay.recorded;

import dev.meander.core.wire.Machine;
import java.util.List;

/**
 * What a replay found. The component names are the keys of {@code report.json}.
 *
 * @param lineage whose versions
 * @param config digest of the configuration they were recomputed with, 64 hexadecimal digits
 * @param base digest of the base model
 * @param machine what they were recomputed on
 * @param equal versions that came out the same
 * @param different versions that did not
 * @param notComparable versions that did not and were made on another machine
 * @param missing versions whose samples are gone
 * @param versions each version that was asked for, in order
 * @param unrecorded numbers of versions that the re-run made and the log does not hold: retired
 *     since, or too large to be published
 * @param runs other configurations over the same samples
 * @param notes what else is to be known, such as records that cannot be read
 */
public record ReplayReport(
    String lineage,
    String config,
    String base,
    Machine machine,
    long equal,
    long different,
    long notComparable,
    long missing,
    List<VersionCheck> versions,
    List<Long> unrecorded,
    List<ReplayRun> runs,
    List<String> notes) {

  public ReplayReport {
    versions = List.copyOf(versions);
    unrecorded = List.copyOf(unrecorded);
    runs = List.copyOf(runs);
    notes = List.copyOf(notes);
  }

  static long count(List<VersionCheck> checks, Equality verdict) {
    return checks.stream().filter(check -> check.verdict() == verdict).count();
  }
}
