package dev.meander.kit.guarantee;

import dev.meander.kit.guarantee.Observation.Ended;
import dev.meander.kit.guarantee.Observation.Published;
import dev.meander.kit.guarantee.Observation.Sampled;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Every event becomes a sample at most once, in order; and the versions' ranges of offsets cut a
 * lineage's samples into pieces without overlap or gap, so that each is used once. Offsets that
 * commits take are nobody's. A learner that starts again at the base model counts its samples from
 * there, and those between its last version and its start are in no version.
 */
public final class SamplesUsedOnce implements Guarantee {

  private final Map<String, TreeSet<Long>> offsets = new HashMap<>();
  private final Map<String, Integer> before = new HashMap<>();
  private final Map<String, Long> newestTraffic = new HashMap<>();
  private final List<Published> versions = new ArrayList<>();

  @Override
  public String law() {
    return "every sample is used once";
  }

  @Override
  public void observe(Observation seen) {
    if (seen instanceof Sampled sample) {
      sampled(sample);
    } else if (seen instanceof Published version) {
      versions.add(version);
    } else if (seen instanceof Ended) {
      Map<String, Long> usedUpTo = new HashMap<>();
      versions.forEach(version -> cut(version, usedUpTo));
    }
  }

  private void sampled(Sampled sample) {
    String gate = sample.lineage() + " of traffic partition " + sample.trafficPartition();
    Long former = newestTraffic.put(gate, sample.trafficOffset());
    if (former != null && sample.trafficOffset() <= former) {
      throw new Violation(
          "expected a sample of "
              + gate
              + " from an event after "
              + former
              + ", found "
              + sample.trafficOffset());
    }
    offsets
        .computeIfAbsent(key(sample.lineage(), sample.partition()), any -> new TreeSet<>())
        .add(sample.offset());
  }

  private void cut(Published version, Map<String, Long> usedUpTo) {
    String key = key(version.lineage(), version.partition());
    TreeSet<Long> own = offsets.getOrDefault(key, new TreeSet<>());
    Long next = own.higher(usedUpTo.getOrDefault(key, -1L));
    String name = "version " + version.number() + " of " + version.lineage();
    boolean again = version.parent() == 0 && usedUpTo.containsKey(key);
    if (again && next != null && own.contains(version.firstOffset())) {
      next = Math.max(next, version.firstOffset());
      before.put(key, own.headSet(next, false).size());
    }
    if (next == null || next != version.firstOffset()) {
      throw new Violation(
          "expected the samples of "
              + name
              + " to begin at offset "
              + next
              + ", found "
              + version.firstOffset());
    }
    if (version.lastOffset() < next || !own.contains(version.lastOffset())) {
      throw new Violation(
          "expected the samples of "
              + name
              + " to end at a sample's offset, found "
              + version.lastOffset());
    }
    long used = own.headSet(version.lastOffset(), true).size() - before.getOrDefault(key, 0);
    if (used != version.samples()) {
      throw new Violation(
          "expected " + used + " samples behind " + name + ", found " + version.samples());
    }
    usedUpTo.put(key, version.lastOffset());
  }

  private static String key(String lineage, int partition) {
    return lineage + " in " + partition;
  }
}
