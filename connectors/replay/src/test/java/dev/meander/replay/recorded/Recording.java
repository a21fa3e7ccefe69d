package dev.meander.replay.recorded;

import dev.meander.core.codec.CodecChoice;
import dev.meander.core.config.Settings;
import dev.meander.core.learner.Learner;
import dev.meander.core.learner.LearnerConfig;
import dev.meander.core.learner.Step;
import dev.meander.core.learner.Version;
import dev.meander.core.model.FakeModel;
import dev.meander.core.tensor.Sample;
import dev.meander.core.weights.LineageId;
import dev.meander.core.wire.AdapterWriter;
import dev.meander.core.wire.AdapterWriting;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
  private static final int[] SHAPE = {3, 4, 4};
  private static final int CLASSES = 5;
  private static final long START_MILLIS = 1_700_000_000_000L;

  final FakeModel model = new FakeModel("fake", SHAPE, CLASSES, 1);
  final AdapterWriter writer =
      new AdapterWriter(model.spec(), CodecChoice.configured("float32", CodecChoice.AUTO, 1, 0));
  final List<RecordedVersion> versions = new ArrayList<>();
  private final TreeMap<Long, Sample> samples = new TreeMap<>();
  private final SplittableRandom random;
  private long nextOffset = 3;
  private long nextMillis = START_MILLIS;
  private Offsets kept = new Offsets(0, Long.MAX_VALUE);

  Recording(long seed) {
    this.random = new SplittableRandom(seed);
  }

  /** A learner's configuration with batches of {@link #BATCH} and what {@code overrides} say. */
  static LearnerConfig config(Map<String, String> overrides) {
    Map<String, String> keys = new HashMap<>();
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
    for (Sample sample : samples.tailMap(offset).values()) {
      for (Step step : learner.offer(sample, model)) {
        Version version = step.version();
        if (version != null) {
          AdapterWriting.Written written =
              (AdapterWriting.Written) writer.write(version, PARTITION);
          versions.add(RecordedVersion.of(written.record()));
        }
      }
    }
    return this;
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
