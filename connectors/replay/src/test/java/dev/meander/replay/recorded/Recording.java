package dev.meander.replay.recorded;

import dev.meander.core.codec.CodecChoice;
import dev.meander.core.config.Settings;
import dev.meander.core.learner.Learner;
import dev.meander.core.learner.LearnerConfig;
import dev.meander.core.learner.Pause;
import dev.meander.core.learner.Refusals;
import dev.meander.core.learner.Step;
import dev.meander.core.learner.Version;
import dev.meander.core.model.FakeModel;
import dev.meander.core.tensor.Sample;
import dev.meander.core.weights.LineageId;
import dev.meander.core.wire.AdapterWriter;
import dev.meander.core.wire.AdapterWriting;
import dev.meander.core.wire.Framing;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * A lineage's log in memory: samples of a drifted stream at offsets with gaps, as commits leave
 * them, and the versions that a learner made of them.
 */
final class Recording implements SampleLog {

  static final LineageId LINEAGE = new LineageId("fake", LineageId.GLOBAL);
  static final int PARTITION = 1;
  static final int BATCH = 4;
  static final CodecChoice FLOAT32 = CodecChoice.configured("float32", "compeft", 0.5, 0.01);
  private static final int[] SHAPE = {3, 4, 4};
  private static final int CLASSES = 5;
  private static final long START_MILLIS = 1_700_000_000_000L;

  final FakeModel model = new FakeModel("fake", SHAPE, CLASSES, 1);
  final AdapterWriter writer;
  final List<RecordedVersion> versions = new ArrayList<>();

  /** Numbers of versions whose parent the log lost, so that they are written whole. */
  final Set<Long> wholeNext = new HashSet<>();

  /** Numbers of versions that are held because they are too large. */
  final Set<Long> tooLarge = new HashSet<>();

  /** Offsets of samples that the learner left out while memory was short. */
  final Set<Long> leftOut = new HashSet<>();

  private final TreeMap<Long, Sample> samples = new TreeMap<>();
  private final SplittableRandom random;
  private final Framing framing;
  private long nextOffset = 3;
  private long nextMillis = START_MILLIS;
  private Offsets kept = new Offsets(0, Long.MAX_VALUE);

  Recording(long seed) {
    this(seed, new Framing.Config(FLOAT32, 1, 0));
  }

  Recording(long seed, Framing.Config framing) {
    this.random = new SplittableRandom(seed);
    this.writer = new AdapterWriter(model.spec(), framing);
    this.framing = new Framing(framing);
  }

  /** A learner's configuration with batches of {@link #BATCH} and what {@code overrides} say. */
  static LearnerConfig config(Map<String, String> overrides) {
    Map<String, String> keys = new HashMap<>();
    keys.put("method.name", "tent");
    keys.put("batch.size", String.valueOf(BATCH));
    keys.put("batch.min", "2");
    keys.putAll(overrides);
    return LearnerConfig.from(Settings.read("test", keys, LearnerConfig.OPTIONS, List.of()));
  }

  /** Records {@code count} samples, a second apart. */
  Recording drift(int count) {
    for (int i = 0; i < count; i++) {
      float[] input = model.input(i % CLASSES, random, 0.3);
      for (int j = 0; j < input.length; j++) {
        input[j] += 0.5f;
      }
      nextMillis += 1_000;
      add(new Sample("e", nextMillis, input, new float[] {4, 1, 0, 0, 0}, 1, nextOffset));
      nextOffset += 1 + random.nextInt(3);
    }
    return this;
  }

  private void add(Sample sample) {
    samples.put(sample.offset(), sample);
  }

  /** Lets event time pass, so that the batch that waits is flushed. */
  Recording pause() {
    nextMillis += 3_600_000;
    return this;
  }

  /** Publishes what a learner makes of every sample from {@code offset} on. */
  Recording learn(LearnerConfig config, long offset, long formerVersion) {
    Learner learner = new Learner(LINEAGE, config, model);
    learner.numberAfter(formerVersion);
    learner.refusals(new Refusals(true, leftOut));
    samples.tailMap(offset).values().forEach(sample -> publish(learner.offer(sample, model)));
    return this;
  }

  /** Publishes what a learner makes that is put back to the base model before a sample. */
  Recording learnResetBefore(LearnerConfig config, long offset) {
    Learner former = new Learner(LINEAGE, config, model);
    samples.headMap(offset).values().forEach(sample -> publish(former.offer(sample, model)));
    Learner fresh = former.reset(model);
    samples.tailMap(offset).values().forEach(sample -> publish(fresh.offer(sample, model)));
    return this;
  }

  /** Publishes what a learner makes that does not see {@code count} samples from a position on. */
  Recording learnPaused(LearnerConfig config, int position, int count) {
    Pause pause = new Pause(offset(position), offset(position + count - 1), count);
    Learner learner = new Learner(LINEAGE, config, model);
    for (Sample sample : samples.values()) {
      if (pause.contains(sample.offset())) {
        learner.paused(List.of(pause));
      } else {
        publish(learner.offer(sample, model));
      }
    }
    return this;
  }

  private void publish(List<Step> steps) {
    for (Step step : steps) {
      Version version = step.version();
      if (version != null) {
        publish(version);
      }
    }
  }

  private void publish(Version version) {
    if (wholeNext.remove(version.id().number())) {
      framing.keyNext();
    }
    Framing.Frame frame = framing.frame(version);
    if (tooLarge.contains(version.id().number())) {
      framing.heldBack(version);
      return;
    }
    framing.written(version, frame);
    AdapterWriting.Written written =
        (AdapterWriting.Written) writer.write(version, frame, PARTITION);
    versions.add(RecordedVersion.of(written.record()));
  }

  Recording learn(LearnerConfig config) {
    return learn(config, 0, 0);
  }

  /** Offset of the sample at this position. */
  long offset(int position) {
    return samples.keySet().stream().skip(position).findFirst().orElseThrow();
  }

  long nextOffset() {
    return nextOffset;
  }

  /** Turns one bit of a sample's input. */
  void damage(int position, int index) {
    long offset = offset(position);
    Sample sample = samples.get(offset);
    if (sample == null) {
      throw new AssertionError("no sample at " + offset);
    }
    float[] input = sample.input().clone();
    input[index] = Float.intBitsToFloat(Float.floatToIntBits(input[index]) ^ (1 << 16));
    add(
        new Sample(
            sample.eventId(),
            sample.eventTimeMillis(),
            input,
            sample.servedLogits(),
            sample.weight(),
            offset));
  }

  /** Lets retention delete what lies before {@code offset}. */
  void forgetBefore(long offset) {
    kept = new Offsets(offset, kept.to());
  }

  /** Lets the log end before {@code offset}, as after a loss. */
  void loseFrom(long offset) {
    kept = new Offsets(kept.from(), offset);
  }

  @Override
  public Set<Long> leftOut(LineageId lineage, int partition) {
    return Set.copyOf(leftOut);
  }

  @Override
  public Offsets offsets(int partition) {
    return partition == PARTITION
        ? new Offsets(kept.from(), Math.min(kept.to(), nextOffset))
        : new Offsets(0, 0);
  }

  @Override
  public int partition(LineageId lineage) {
    return PARTITION;
  }

  @Override
  public void read(LineageId lineage, int partition, long from, Predicate<Sample> taker) {
    for (Sample sample : samples.subMap(Math.max(from, kept.from()), kept.to()).values()) {
      if (!taker.test(sample)) {
        return;
      }
    }
  }
}
