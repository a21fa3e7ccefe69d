package dev.meander.suite.crash;

import dev.meander.kit.guarantee.Observation;
import dev.meander.kit.guarantee.Observation.AliasMoved;
import dev.meander.kit.guarantee.Observation.Answered;
import dev.meander.kit.guarantee.Observation.Counted;
import dev.meander.kit.guarantee.Observation.Judged;
import dev.meander.kit.guarantee.Observation.LaidAside;
import dev.meander.kit.guarantee.Observation.Published;
import dev.meander.kit.guarantee.Observation.Retired;
import dev.meander.kit.guarantee.Observation.Sampled;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What an application has committed.
 *
 * @param observations on its topics, each topic and lineage in the log's order
 * @param chunksPromised how many chunks each version's record speaks of
 * @param chunks how many chunks of each version there are
 * @param predictions of each lineage in the log's order, offsets of the log left out
 * @param stores what a restart would restore, by store and key, offsets of the log left out
 */
record CommittedRun(
    List<Observation> observations,
    Map<String, Integer> chunksPromised,
    Map<String, Integer> chunks,
    Map<String, List<String>> predictions,
    Map<String, Map<String, String>> stores) {

  private static final int SHOWN = 200;

  /** Stands for the content of the base model. */
  static final String BASE = "base";

  List<Published> versions() {
    return of(Published.class);
  }

  /** Verdicts of each lineage. */
  Map<String, List<String>> verdicts() {
    Map<String, List<String>> verdicts = new TreeMap<>();
    for (Judged verdict : of(Judged.class)) {
      verdicts
          .computeIfAbsent(verdict.lineage(), any -> new ArrayList<>())
          .add(verdict.outcome() + " " + verdict.version());
    }
    return verdicts;
  }

  /** Events that the gates have reported, whatever became of them. */
  long counted() {
    Map<String, Long> newest = new TreeMap<>();
    for (Counted report : of(Counted.class)) {
      newest.put(
          report.lineage() + report.partition(),
          report.counts().values().stream().mapToLong(Long::longValue).sum());
    }
    return newest.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Records that were laid aside. */
  long laidAside() {
    return of(LaidAside.class).size();
  }

  /** Answers to commands. */
  long answered() {
    return of(Answered.class).size();
  }

  /** Offset of the last sample by partition. */
  Map<Integer, Long> lastSamples() {
    Map<Integer, Long> last = new TreeMap<>();
    of(Sampled.class).forEach(sample -> last.put(sample.partition(), sample.offset()));
    return last;
  }

  /** Aliases by lineage in their order. */
  Map<String, List<AliasMoved>> moves() {
    Map<String, List<AliasMoved>> moves = new TreeMap<>();
    of(AliasMoved.class)
        .forEach(move -> moves.computeIfAbsent(move.lineage(), any -> new ArrayList<>()).add(move));
    return moves;
  }

  /** Number and content of the live version of each lineage. */
  Map<String, String> live() {
    Map<String, String> live = new TreeMap<>();
    moves()
        .forEach(
            (lineage, moves) -> {
              long number = moves.get(moves.size() - 1).live();
              live.put(lineage, number + " " + content(lineage, number));
            });
    return live;
  }

  private String content(String lineage, long number) {
    return versions().stream()
        .filter(version -> version.lineage().equals(lineage) && version.number() == number)
        .map(Published::content)
        .findFirst()
        .orElse(BASE);
  }

  /** Versions that were removed from the log, by lineage in their order. */
  Map<String, List<Long>> retired() {
    Map<String, List<Long>> retired = new TreeMap<>();
    of(Retired.class)
        .forEach(
            version ->
                retired
                    .computeIfAbsent(version.lineage(), any -> new ArrayList<>())
                    .add(version.number()));
    return retired;
  }

  /** Batches that the samples make. */
  long batches(int batchSize) {
    Map<String, Integer> samples = new TreeMap<>();
    of(Sampled.class).forEach(sample -> samples.merge(sample.lineage(), 1, Integer::sum));
    return samples.values().stream().mapToLong(count -> count / batchSize).sum();
  }

  /** Steps that were judged. */
  long judged() {
    return of(Judged.class).size();
  }

  @Override
  public String toString() {
    return counted()
        + " events counted, "
        + judged()
        + " steps judged, "
        + versions().size()
        + " versions";
  }

  /** Entries of stores that another run has not, or has otherwise. */
  List<String> storesUnlike(CommittedRun other) {
    List<String> differences = new ArrayList<>();
    Map<String, String> mine = entries();
    Map<String, String> others = other.entries();
    Set<String> keys = new TreeSet<>(mine.keySet());
    keys.addAll(others.keySet());
    for (String key : keys) {
      String here = mine.getOrDefault(key, "nothing");
      String there = others.getOrDefault(key, "nothing");
      if (!here.equals(there)) {
        differences.add(key + ": expected " + cut(there) + ", found " + cut(here));
      }
    }
    return differences;
  }

  private Map<String, String> entries() {
    Map<String, String> entries = new TreeMap<>();
    stores.forEach(
        (store, texts) -> texts.forEach((key, text) -> entries.put(store + " " + key, text)));
    return entries;
  }

  private static String cut(String text) {
    return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "...";
  }

  private <T extends Observation> List<T> of(Class<T> type) {
    return observations.stream().filter(type::isInstance).map(type::cast).toList();
  }
}
