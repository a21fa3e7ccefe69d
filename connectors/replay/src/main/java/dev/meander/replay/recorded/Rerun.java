package dev.meander.replay.recorded;

import dev.meander.core.learner.ConfigurationText;
import dev.meander.core.learner.Learner;
import dev.meander.core.learner.LearnerConfig;
import dev.meander.core.learner.MemoryShortException;
import dev.meander.core.learner.Origin;
import dev.meander.core.learner.Refusals;
import dev.meander.core.learner.Step;
import dev.meander.core.learner.Version;
import dev.meander.core.model.AdaptableModel;
import dev.meander.core.weights.LineageId;
import dev.meander.core.weights.Sha256;
import dev.meander.core.wire.AdapterWriter;
import dev.meander.core.wire.Framing;
import dev.meander.core.wire.Machine;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Recomputes published versions from the samples they were made of, with the same {@link Learner},
 * and compares bits.
 *
 * <p>A version is a function of every sample since its learner was at the base model last, so a
 * re-run begins there, however late the version is. A version that comes out with the same content
 * and state is EQUAL wherever it was made; of one that does not, another machine is a reason.
 *
 * <p>Thread-safety: none; one thread, which owns the model meanwhile.
 */
public final class Rerun {

  private final LineageId lineage;
  private final LearnerConfig config;
  private final AdaptableModel model;
  private final PublishedContent published;
  private final SampleLog log;
  private final List<VersionCheck> checks = new ArrayList<>();
  private final List<Long> unrecorded = new ArrayList<>();

  /** Where a learner began and on which partition its samples lie. */
  private record Beginning(int partition, Origin origin) {}

  /**
   * A version as it came out now.
   *
   * @param decoded what a node would decode
   */
  private record Recomputed(
      PublishedContent.Published decoded, Sha256 state, long samples, long lastOffset) {

    Sha256 content() {
      return decoded.content();
    }
  }

  /** How far a re-run came, and what it gave by number. */
  private static final class Progress {
    final Map<Long, Recomputed> versions = new TreeMap<>();
    long samples;
    long steps;
  }

  /**
   * @param lineage whose versions
   * @param config what they are recomputed with
   * @param model the base model
   * @param writer makes records as the publisher made them
   * @param log where the samples are
   */
  public Rerun(
      LineageId lineage,
      LearnerConfig config,
      AdaptableModel model,
      AdapterWriter writer,
      SampleLog log) {
    this.lineage = lineage;
    this.config = config;
    this.model = model;
    this.published = new PublishedContent(writer);
    this.log = log;
  }

  /**
   * Recomputes.
   *
   * @param recorded every version of the lineage that is on the log
   * @param selected which of them are asked for; the others are passed through on the way
   */
  public void run(List<RecordedVersion> recorded, Predicate<RecordedVersion> selected) {
    recorded.stream()
        .sorted(Comparator.comparingLong(RecordedVersion::number))
        .collect(Collectors.groupingBy(Rerun::beginning, LinkedHashMap::new, Collectors.toList()))
        .values()
        .forEach(versions -> oneLearner(versions, selected));
  }

  private static Beginning beginning(RecordedVersion version) {
    return new Beginning(version.partition(), version.origin());
  }

  /** What was found, in order of number. */
  public List<VersionCheck> checks() {
    return List.copyOf(checks);
  }

  /** Numbers that came out up to the last version asked for and are not on the log. */
  public List<Long> unrecorded() {
    return List.copyOf(unrecorded);
  }

  private void oneLearner(List<RecordedVersion> versions, Predicate<RecordedVersion> selected) {
    List<RecordedVersion> asked = versions.stream().filter(selected).toList();
    if (asked.isEmpty()) {
      return;
    }
    Beginning beginning = beginning(asked.get(0));
    SampleLog.Offsets there = log.offsets(beginning.partition());
    String gone = gone(beginning.origin(), there);
    if (gone != null) {
      asked.forEach(version -> checks.add(check(version, null, Equality.MISSING, List.of(gone))));
      return;
    }
    NavigableMap<Long, RecordedVersion> byNumber = new TreeMap<>();
    versions.forEach(version -> byNumber.put(version.number(), version));
    Set<Long> leftOut = log.leftOut(lineage, beginning.partition());
    Progress progress;
    try {
      progress = learn(beginning, byNumber, asked.get(asked.size() - 1), leftOut);
    } catch (MemoryShortException e) {
      List<String> why = List.of("it takes more memory than there is here: " + e.getMessage());
      asked.forEach(version -> checks.add(check(version, null, Equality.NOT_COMPARABLE, why)));
      return;
    }
    List<String> elsewhere = new ArrayList<>();
    boolean isElsewhere = false;
    for (RecordedVersion version : versions) {
      if (!isElsewhere) {
        List<String> machine = madeElsewhere(version);
        isElsewhere = !machine.isEmpty();
        elsewhere.addAll(machine);
      }
      if (selected.test(version)) {
        List<String> excuses = new ArrayList<>(memoryWasShort(leftOut, version));
        excuses.addAll(elsewhere);
        checks.add(judged(version, progress, excuses, there));
      }
    }
    progress.versions.keySet().stream()
        .filter(number -> !byNumber.containsKey(number))
        .forEach(unrecorded::add);
  }

  /** What a version came after that memory alone decided. */
  private static List<String> memoryWasShort(Set<Long> leftOut, RecordedVersion version) {
    long before =
        leftOut.stream()
            .filter(offset -> offset >= version.origin().offset())
            .filter(offset -> offset <= version.lastOffset())
            .count();
    return before == 0
        ? List.of()
        : List.of(before + " samples were left out while memory was short");
  }

  private static @Nullable String gone(Origin origin, SampleLog.Offsets there) {
    if (origin.offset() < 0) {
      return "the record does not say at which offset its learner began";
    }
    if (origin.offset() < there.from() || there.from() == there.to()) {
      return "expected samples from offset "
          + origin.offset()
          + ", found them from offset "
          + there.from()
          + " on";
    }
    return null;
  }

  private Progress learn(
      Beginning beginning,
      NavigableMap<Long, RecordedVersion> versions,
      RecordedVersion last,
      Set<Long> leftOut) {
    Learner learner = new Learner(lineage, config, model);
    learner.numberAfter(beginning.origin().version());
    learner.refusals(new Refusals(true, leftOut));
    Progress progress = new Progress();
    log.read(
        lineage,
        beginning.partition(),
        beginning.origin().offset(),
        sample -> {
          if (last.pauses().stream().anyMatch(pause -> pause.contains(sample.offset()))) {
            return true;
          }
          for (Step step : learner.offer(sample, model)) {
            take(step, beginning.partition(), versions, progress);
          }
          return progress.samples < last.samples();
        });
    return progress;
  }

  private void take(
      Step step, int partition, NavigableMap<Long, RecordedVersion> versions, Progress progress) {
    progress.samples += step.samples().size();
    progress.steps = step.number();
    Version version = step.version();
    if (version == null) {
      return;
    }
    long number = version.id().number();
    PublishedContent.Published decoded = published.of(version, partition, fate(number, versions));
    if (decoded != null) {
      progress.versions.put(
          number,
          new Recomputed(decoded, version.stateHash(), version.samples(), version.lastOffset()));
    }
  }

  /**
   * What the log says of a version. One that is not there was removed since, or was never written:
   * then the next one does not come from it.
   */
  static PublishedContent.Fate fate(long number, NavigableMap<Long, RecordedVersion> versions) {
    RecordedVersion recorded = versions.get(number);
    if (recorded != null) {
      return recorded.frame().equals(Framing.KEY)
          ? PublishedContent.Fate.WRITTEN_WHOLE
          : PublishedContent.Fate.WRITTEN;
    }
    Map.Entry<Long, RecordedVersion> next = versions.higherEntry(number);
    return next != null && next.getValue().parent() < number
        ? PublishedContent.Fate.HELD_BACK
        : PublishedContent.Fate.WRITTEN;
  }

  private VersionCheck judged(
      RecordedVersion version, Progress progress, List<String> elsewhere, SampleLog.Offsets there) {
    Recomputed recomputed = progress.versions.get(version.number());
    if (recomputed != null
        && recomputed.content().equals(version.content())
        && recomputed.state().equals(version.state())) {
      return check(version, recomputed, Equality.EQUAL, List.of());
    }
    if (version.lastOffset() >= there.to()) {
      String gone =
          "expected samples up to offset "
              + version.lastOffset()
              + ", found them up to offset "
              + (there.to() - 1);
      return check(version, recomputed, Equality.MISSING, List.of(gone));
    }
    List<String> reasons = new ArrayList<>(otherwiseGiven(version));
    reasons.addAll(elsewhere);
    Equality verdict =
        reasons.size() == elsewhere.size() && !elsewhere.isEmpty()
            ? Equality.NOT_COMPARABLE
            : Equality.DIFFERENT;
    reasons.add(difference(version, recomputed, progress));
    return check(version, recomputed, verdict, reasons);
  }

  /** What this re-run was given that the version was not made with. */
  private List<String> otherwiseGiven(RecordedVersion version) {
    List<String> reasons = new ArrayList<>();
    Sha256 digest = config.digest();
    if (!digest.equals(version.config())) {
      reasons.add("configuration: " + otherwiseConfigured(version.config(), digest));
    }
    Sha256 base = model.spec().baseSha256();
    if (!base.equals(version.base())) {
      reasons.add("base model: expected " + version.base() + ", found " + base);
    }
    return reasons;
  }

  /** Key by key where the log tells the configuration, else by digest. */
  private String otherwiseConfigured(Sha256 expected, Sha256 found) {
    ConfigurationText recorded = log.configuration(expected);
    List<String> differences =
        recorded == null ? List.of() : recorded.differences(ConfigurationText.of(config));
    return differences.isEmpty()
        ? "expected " + expected + ", found " + found
        : String.join(", ", differences);
  }

  private List<String> madeElsewhere(RecordedVersion version) {
    return version.machine().differences(Machine.here(model.spec())).stream()
        .map(difference -> "version " + version.number() + " was made with another " + difference)
        .toList();
  }

  private static String difference(
      RecordedVersion version, @Nullable Recomputed recomputed, Progress progress) {
    if (recomputed == null) {
      return "expected it after "
          + version.samples()
          + " samples, found no such version after "
          + progress.samples
          + " samples in "
          + progress.steps
          + " steps";
    }
    if (recomputed.samples() != version.samples()
        || recomputed.lastOffset() != version.lastOffset()) {
      return "expected it after "
          + version.samples()
          + " samples up to offset "
          + version.lastOffset()
          + ", found it after "
          + recomputed.samples()
          + " up to offset "
          + recomputed.lastOffset();
    }
    if (recomputed.content().equals(version.content())) {
      return "the weights are equal, the learner's state is not";
    }
    return recomputed.state().equals(version.state())
        ? "the learner's state is equal, what nodes decode is not: expected a "
            + PublishedContent.encoding(version.frame(), version.codec())
            + ", found a "
            + recomputed.decoded().encoding()
        : "the weights are not equal";
  }

  private static VersionCheck check(
      RecordedVersion version,
      @Nullable Recomputed recomputed,
      Equality verdict,
      List<String> reasons) {
    return new VersionCheck(
        version.number(),
        version.content().hex(),
        recomputed == null ? null : recomputed.content().hex(),
        verdict,
        reasons);
  }
}
