package dev.meander.replay.recorded;

import dev.meander.core.learner.LearnerConfig;
import dev.meander.core.model.AdaptableModel;
import dev.meander.core.tensor.Sample;
import dev.meander.core.weights.LineageId;
import dev.meander.core.wire.AdapterWriter;
import dev.meander.core.wire.Machine;
import java.util.List;
import java.util.function.Predicate;

/**
 * One replay of a lineage: its published versions are recomputed, and other configurations run over
 * the samples of a range at once.
 *
 * <p>Thread-safety: none; one thread, which owns the models meanwhile.
 *
 * @param lineage whose log
 * @param config what its versions were made with
 * @param model the base model
 * @param writer makes records as the publisher made them
 * @param log the recorded samples
 */
public record Replay(
    LineageId lineage,
    LearnerConfig config,
    AdaptableModel model,
    AdapterWriter writer,
    SampleLog log) {

  /**
   * Runs it.
   *
   * @param recorded every version of the lineage that is on the log
   * @param selected which of them are recomputed
   * @param range samples that the other configurations see
   * @param rehearsals the other configurations; none for the versions alone
   * @param notes what else the report is to say
   */
  public ReplayReport run(
      List<RecordedVersion> recorded,
      Predicate<RecordedVersion> selected,
      ReplayRange range,
      List<Rehearsal> rehearsals,
      List<String> notes) {
    Rerun rerun = new Rerun(lineage, config, model, writer, log);
    rerun.run(recorded, selected);
    rehearse(range, rehearsals);
    List<VersionCheck> checks = rerun.checks();
    return new ReplayReport(
        lineage.toString(),
        config.digest().hex(),
        model.spec().baseSha256().hex(),
        Machine.here(model.spec()),
        ReplayReport.count(checks, Equality.EQUAL),
        ReplayReport.count(checks, Equality.DIFFERENT),
        ReplayReport.count(checks, Equality.NOT_COMPARABLE),
        ReplayReport.count(checks, Equality.MISSING),
        checks,
        rerun.unrecorded(),
        rehearsals.stream().map(Rehearsal::result).toList(),
        notes);
  }

  private void rehearse(ReplayRange range, List<Rehearsal> rehearsals) {
    if (rehearsals.isEmpty()) {
      return;
    }
    int partition = log.partition(lineage);
    SampleLog.Offsets there = log.offsets(partition);
    log.read(
        lineage,
        partition,
        Math.max(there.from(), range.fromOffset()),
        sample -> offer(sample, partition, range, rehearsals));
  }

  private static boolean offer(
      Sample sample, int partition, ReplayRange range, List<Rehearsal> rehearsals) {
    if (range.includes(sample.offset(), sample.eventTimeMillis())) {
      rehearsals.forEach(rehearsal -> rehearsal.offer(sample, partition));
    }
    return sample.offset() < range.toOffset();
  }
}
