package dev.meander.core.learner;

import dev.meander.core.guard.Candidate;
import dev.meander.core.weights.AdapterVersion;
import dev.meander.core.weights.Sha256;
import java.util.List;
import java.util.Map;

/**
 * A candidate that is to be published: its name and where it came from.
 *
 * @param id lineage, number, content hash
 * @param candidate the weights and the version they came from
 * @param stateHash digest of the learner's exact state behind it, wherever its samples lay on the
 *     log
 * @param configHash digest of the learner's configuration
 * @param method name of the method
 * @param seed of everything random
 * @param step steps of the learner so far
 * @param samples samples of the learner so far
 * @param firstOffset first offset of the samples since the parent
 * @param lastOffset last offset of the samples that shaped it
 * @param origin where a replay of it begins
 * @param pauses samples since the origin that it does not depend on, in order of offset
 * @param eventTimeMillis event time of the newest sample
 * @param metrics numbers of the step by name
 */
public record Version(
    AdapterVersion id,
    Candidate candidate,
    Sha256 stateHash,
    Sha256 configHash,
    String method,
    long seed,
    long step,
    long samples,
    long firstOffset,
    long lastOffset,
    Origin origin,
    List<Pause> pauses,
    long eventTimeMillis,
    Map<String, Double> metrics) {

  public Version {
    pauses = List.copyOf(pauses);
  }
}
