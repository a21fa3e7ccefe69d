package dev.meander.core.learner;

import dev.meander.core.guard.Candidate;
import dev.meander.core.guard.EveryGuard;
import dev.meander.core.guard.Evidence;
import dev.meander.core.guard.Guard;
import dev.meander.core.guard.Probes;
import dev.meander.core.guard.Verdict;
import dev.meander.core.math.Mix;
import dev.meander.core.math.Softmax;
import dev.meander.core.method.Batch;
import dev.meander.core.method.Method;
import dev.meander.core.method.MethodStep;
import dev.meander.core.method.SourceBatches;
import dev.meander.core.model.AdaptableModel;
import dev.meander.core.tensor.Sample;
import dev.meander.core.tensor.Tensor;
import dev.meander.core.weights.AdapterVersion;
import dev.meander.core.weights.AdapterWeights;
import dev.meander.core.weights.Layout;
import dev.meander.core.weights.LineageId;
import dev.meander.core.weights.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The state machine of one lineage. Offer samples in offset order; every full batch is a step;
 * every step that the guard promotes is a version.
 *
 * <p>Equal samples, configuration and engine build give equal versions: batches form by count in
 * the order offered, a partial batch is stepped on only when event time says so, and nothing reads
 * a clock.
 *
 * <p>The model is passed in with each sample, because learners share modules: a learner binds its
 * blocks before its step and relies on nothing that the module held before.
 *
 * <p>Thread-safety: none; belongs to one stream task.
 */
public final class Learner {

  private static final String PARENT = "parent";

  private final LineageId lineage;
  private final LearnerConfig config;
  private final SourceBatches source;
  private final Sha256 configHash;
  private final int[] inputShape;
  private final Method method;
  private final Guard guard;
  private final @Nullable Probes probes;
  private final LearnerState state;
  private final ServedBlocks served;
  private final AdapterWeights base;
  private final List<Sample> pending = new ArrayList<>();
  private List<Pause> pauses = List.of();
  private Sha256 promotedContent;
  private long parent;
  private boolean changed;
  private Refusals refusals = Refusals.NONE;

  /**
   * A learner at the base model.
   *
   * @param lineage whose versions it makes
   * @param config what its result depends on
   * @param model read for its inventory and base blocks
   * @throws IllegalArgumentException when the method cannot adapt this model
   */
  public Learner(LineageId lineage, LearnerConfig config, AdaptableModel model) {
    this(lineage, config, model, config.method().source().read(model.spec(), config.batchSize()));
  }

  /**
   * As {@link #Learner(LineageId, LearnerConfig, AdaptableModel)}, for methods that use samples of
   * the source data.
   *
   * @param source batches of source samples
   */
  public Learner(
      LineageId lineage, LearnerConfig config, AdaptableModel model, SourceBatches source) {
    this.lineage = lineage;
    this.config = config;
    this.source = source;
    this.configHash = config.digest();
    this.inputShape = model.spec().inputShape().clone();
    long seed = Mix.of(config.seed(), seedOf(lineage));
    this.method = new Method(config.method(), model, source, seed);
    this.guard = EveryGuard.of(config.guard());
    this.served =
        ServedBlocks.of(
            model.spec().inventory(),
            method.trained(),
            method.composition().normaliser().mode().usesBatch());
    boolean watched = config.guard().collapse().isOn() && served.layout().size() > 0;
    this.probes = watched ? new Probes(config.guard().collapse(), model) : null;
    this.state = new LearnerState(method, model, this.probes);
    this.base = served.weights(state.baseTheta(), state.statistics.source());
    this.promotedContent = base.contentHash();
  }

  /** FNV-1a over the lineage's text. */
  private static long seedOf(LineageId lineage) {
    long hash = 0xcbf29ce484222325L;
    for (byte value : lineage.toString().getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (value & 0xff)) * 0x100000001b3L;
    }
    return hash;
  }

  /**
   * Numbers the versions of a learner that has used no sample yet, for a lineage that had versions
   * before.
   *
   * @param version the last number that is taken, {@code >= 0}
   */
  public void numberAfter(long version) {
    if (version < 0 || state.samples != 0) {
      throw new IllegalArgumentException(
          "expected a version >= 0 and a learner without samples, found "
              + version
              + " and "
              + state.samples
              + " samples");
    }
    state.version = version;
  }

  /**
   * Says which samples were not offered since this learner was at the base model, because the
   * lineage was paused. Its versions name them; nothing else depends on them.
   *
   * @param pauses in order of offset; those before its first sample are left out by itself
   */
  public void paused(List<Pause> pauses) {
    this.pauses = List.copyOf(pauses);
  }

  /** Says what else is to be left out than what is found here. */
  public void refusals(Refusals told) {
    this.refusals = told;
  }

  /**
   * Takes in one sample.
   *
   * @param sample the next one in offset order
   * @param model bound by the learner when it steps
   * @return the steps it completed: none or one
   * @throws MemoryShortException when it has to wait for memory; then this learner is of no more
   *     use
   */
  public List<Step> offer(Sample sample, AdaptableModel model) {
    List<Step> steps = new ArrayList<>(1);
    if (isAged(sample.eventTimeMillis())) {
      steps.add(step(model));
    }
    pending.add(sample);
    if (pending.size() == config.batchSize()) {
      steps.add(step(model));
    }
    return steps;
  }

  /**
   * Steps on the unfinished batch, however small: for a stream whose caller knows that it ends
   * here.
   *
   * @return the step; none when no sample was pending
   */
  public List<Step> flush(AdaptableModel model) {
    return pending.isEmpty() ? List.of() : List.of(step(model));
  }

  /**
   * The learner's own predictions as it is now, without a step: what its next step would predict
   * for these inputs as one batch.
   *
   * @param inputs at least one
   * @return logits {@code [inputs, classes]}
   */
  public Tensor predict(List<float[]> inputs, AdaptableModel model) {
    return method.predict(model, Tensor.stack(inputs, inputShape), state.theta, state.statistics);
  }

  private boolean isAged(long eventTimeMillis) {
    return pending.size() >= config.batchMin()
        && eventTimeMillis - pending.get(0).eventTimeMillis() > config.batchAgeMax().toMillis();
  }

  private Step step(AdaptableModel given) {
    List<Sample> batch = List.copyOf(pending);
    pending.clear();
    changed = true;
    AdaptableModel model = new GuardedModel(given);
    Attempts.Stepping stepping =
        (samples, refused) -> step(batch.get(0).offset(), samples, refused, model);
    return new Attempts(method, probes, state, config.statisticsKeep(), model, stepping)
        .make(batch, refusals, new Checkpoint(state, method, probes));
  }

  /**
   * @param first offset of the batch, which a replay begins with
   */
  private Step step(long first, List<Sample> batch, List<Refused> refused, AdaptableModel model) {
    if (batch.isEmpty()) {
      Tensor none = new Tensor(new float[0], 0, model.spec().classes());
      return new Step(state.steps, parent, batch, none, Double.NaN, null, null, refused);
    }
    Tensor x = Tensor.stack(batch.stream().map(Sample::input).toList(), inputShape);
    MethodStep result =
        method.step(
            model,
            new Batch(x, batch.stream().mapToDouble(Sample::weight).toArray(), state.steps),
            state.theta,
            state.statistics,
            config.statisticsKeep());
    if (probes != null) {
      probes.admit(x, model);
    }
    if (state.samples == 0) {
      state.origin = new Origin(first, state.version);
    }
    state.steps++;
    state.samples += batch.size();
    state.firstOffset = state.firstOffset < 0 ? batch.get(0).offset() : state.firstOffset;
    state.lastOffset = batch.get(batch.size() - 1).offset();
    Step made =
        served.layout().size() == 0 || state.steps % config.publishEverySteps() != 0
            ? new Step(state.steps, parent, batch, result.logits(), result.loss(), null, null)
            : judged(batch, result, model);
    return made.without(refused);
  }

  private Step judged(List<Sample> batch, MethodStep result, AdaptableModel model) {
    double sourceShare =
        method.composition().normaliser().servedSourceShare(config.statisticsSourceShare());
    Candidate candidate =
        new Candidate(
            lineage,
            parent,
            served.weights(method.served(state.theta), state.statistics.served(sourceShare)),
            base);
    Evidence evidence =
        new Evidence(
            result.loss(),
            result.gradientNorm(),
            Softmax.meanEntropy(
                result.logits().data(), result.logits().rows(), result.logits().rowSize()),
            probes == null ? null : probes.compare(candidate.weights(), model));
    Verdict verdict = guard.judge(candidate, evidence);
    Version version = null;
    switch (verdict.outcome()) {
      case PROMOTE -> {
        Sha256 content = candidate.weights().contentHash();
        if (content.equals(promotedContent)) {
          verdict = unchanged(verdict);
        } else {
          version = promote(candidate, content, batch, verdict);
        }
      }
      case ROLLBACK, RESET -> goBack(verdict.outcome() == Verdict.Outcome.RESET, model);
      case HOLD, INCONCLUSIVE -> {}
    }
    return new Step(
        state.steps, candidate.parent(), batch, result.logits(), result.loss(), verdict, version);
  }

  private Verdict unchanged(Verdict verdict) {
    return new Verdict(
        Verdict.Outcome.HOLD, List.of("content equals version " + parent), verdict.evidence());
  }

  private Version promote(
      Candidate candidate, Sha256 content, List<Sample> batch, Verdict verdict) {
    state.version++;
    parent = state.version;
    state.promoted();
    promotedContent = content;
    long firstOffset = state.firstOffset;
    state.firstOffset = -1;
    return new Version(
        new AdapterVersion(lineage, state.version, content),
        candidate,
        LearnerState.digest(state.snapshot(method)),
        configHash,
        method.composition().name(),
        config.seed(),
        state.steps,
        state.samples,
        firstOffset,
        state.lastOffset,
        state.origin,
        pauses.stream().filter(pause -> pause.firstOffset() > state.origin.offset()).toList(),
        batch.get(batch.size() - 1).eventTimeMillis(),
        verdict.evidence());
  }

  private void goBack(boolean toBase, AdaptableModel model) {
    if (toBase) {
      state.reset();
    } else {
      state.rollBack();
    }
    method.restart(model, state.theta, state.statistics);
  }

  /**
   * A learner of the same lineage at the base model, as a replay from there begins: nothing
   * learned, no step made, the next version comes from version 0. Version numbers and the
   * unfinished batch go on. This learner is not to be used any more.
   */
  public Learner reset(AdaptableModel model) {
    Learner fresh = new Learner(lineage, config, model, source);
    fresh.numberAfter(state.version);
    fresh.pending.addAll(pending);
    fresh.changed = true;
    return fresh;
  }

  /** Offset of the last sample since it was at the base model; -1 before the first. */
  public long lastSampleOffset() {
    return pending.isEmpty() ? state.lastOffset : pending.get(pending.size() - 1).offset();
  }

  public LineageId lineage() {
    return lineage;
  }

  /** Number of the last version; 0 before the first. */
  public long version() {
    return state.version;
  }

  /** Steps so far. */
  public long steps() {
    return state.steps;
  }

  /** Blocks a version of this learner holds. */
  public Layout served() {
    return served.layout();
  }

  /** Samples of the unfinished batch, in offset order; to be stored beside the snapshot. */
  public List<Sample> pending() {
    return List.copyOf(pending);
  }

  /** True when a step was made since the last {@link #snapshot}. */
  public boolean changedSinceSnapshot() {
    return changed;
  }

  /**
   * The state as named blocks of at most 256 KiB, without the unfinished batch. Equal states give
   * equal blocks.
   */
  public Map<String, byte[]> snapshot() {
    return blocks().blocks();
  }

  /** As {@link #snapshot}, each block made when it is asked for; use them before the next step. */
  public StateBlocks blocks() {
    changed = false;
    StateBlocks blocks = state.snapshot(method);
    blocks.put("promoted-content", promotedContent.bytes());
    blocks.put(PARENT, ByteBuffer.allocate(Long.BYTES).putLong(parent).array());
    return blocks;
  }

  /**
   * Continues from a snapshot. The samples of the unfinished batch are offered again by the caller.
   *
   * @return null when the learner continues; otherwise why it starts again at the base model,
   *     keeping only its version number
   * @throws IllegalArgumentException when the blocks are damaged
   */
  public @Nullable String restore(Map<String, byte[]> blocks) {
    StateBlocks stored = new StateBlocks(blocks);
    if (!state.restore(stored, method)) {
      return "the stored state belongs to another base model, method or layout";
    }
    promotedContent = Sha256.wrap(stored.get("promoted-content"));
    parent = ByteBuffer.wrap(stored.get(PARENT, Long.BYTES)).getLong();
    return null;
  }
}
