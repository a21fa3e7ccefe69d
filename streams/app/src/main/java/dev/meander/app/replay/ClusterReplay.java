package dev.meander.app.replay;

import dev.meander.core.config.ConfigurationException;
import dev.meander.core.learner.LearnerConfig;
import dev.meander.core.method.MethodNeeds;
import dev.meander.core.model.AdaptableModel;
import dev.meander.core.model.ModelProvider;
import dev.meander.core.weights.LineageId;
import dev.meander.core.wire.AdapterWriter;
import dev.meander.replay.recorded.RecordedVersion;
import dev.meander.replay.recorded.Rehearsal;
import dev.meander.replay.recorded.Replay;
import dev.meander.replay.recorded.ReplayRange;
import dev.meander.replay.recorded.ReplayReport;
import dev.meander.streams.AdaptationConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Replays one lineage of a cluster.
 *
 * <p>Thread-safety: none. Lifetime: the owner closes it.
 */
public final class ClusterReplay implements AutoCloseable {

  private final LineageId lineage;
  private final AdaptationConfig config;
  private final AdaptableModel model;
  private final RecordedLineage log;
  private final List<RecordedVersion> versions;

  private ClusterReplay(
      LineageId lineage,
      AdaptationConfig config,
      AdaptableModel model,
      RecordedLineage log,
      List<RecordedVersion> versions) {
    this.lineage = lineage;
    this.config = config;
    this.model = model;
    this.log = log;
    this.versions = versions;
  }

  /**
   * Opens the model and reads which versions there are.
   *
   * @param lineage whose log
   * @param config of the learner application that wrote it
   * @param provider opens the model
   * @param stillWanted called now and then; whatever it throws ends the replay
   * @param sampleRead called for each sample that is used
   * @throws dev.meander.core.config.ConfigurationException when there are no such topics
   * @throws dev.meander.app.topics.UnreachableException when the cluster does not answer
   */
  public static ClusterReplay open(
      LineageId lineage,
      AdaptationConfig config,
      ModelProvider provider,
      Runnable stillWanted,
      Runnable sampleRead) {
    AdaptableModel model = provider.open(config.model());
    RecordedLineage log = new RecordedLineage(config, model.spec(), stillWanted, sampleRead);
    try {
      return new ClusterReplay(lineage, config, model, log, log.versions(lineage));
    } catch (RuntimeException e) {
      log.close();
      model.close();
      throw e;
    }
  }

  /** Versions that are on the log, in order of number. */
  public List<RecordedVersion> versions() {
    return versions;
  }

  /** Samples that recomputing these versions takes. */
  public long samples(Predicate<RecordedVersion> selected) {
    return versions.stream()
        .filter(selected)
        .collect(Collectors.toMap(RecordedVersion::origin, RecordedVersion::samples, Math::max))
        .values()
        .stream()
        .mapToLong(Long::longValue)
        .sum();
  }

  /**
   * Recomputes versions and runs other configurations over the same samples.
   *
   * @param selected which versions are recomputed
   * @param range which samples the other configurations see
   * @param candidates the other configurations by name
   * @throws dev.meander.core.config.ConfigurationException when the model lacks what one of them
   *     needs; nothing was run
   */
  public ReplayReport run(
      Predicate<RecordedVersion> selected,
      ReplayRange range,
      Map<String, LearnerConfig> candidates) {
    candidates.forEach(this::check);
    AdapterWriter writer = new AdapterWriter(model.spec(), config.publish().frames().framing());
    List<Rehearsal> rehearsals = new ArrayList<>();
    candidates.forEach(
        (name, learner) -> rehearsals.add(new Rehearsal(name, lineage, learner, model, writer)));
    return new Replay(lineage, config.learner(), model, writer, log)
        .run(versions, selected, range, rehearsals, log.notes());
  }

  private void check(String name, LearnerConfig candidate) {
    List<String> problems = MethodNeeds.problems(candidate.method(), model.spec());
    if (!problems.isEmpty()) {
      throw new ConfigurationException("--candidate " + name, problems);
    }
  }

  @Override
  public void close() {
    log.close();
    model.close();
  }
}
