package dev.meander.core.learner;

import dev.meander.core.guard.Probes;
import dev.meander.core.method.Method;
import dev.meander.core.model.AdaptableModel;
import dev.meander.core.model.ModelSpec;
import dev.meander.core.normalise.StatisticsEstimate;
import dev.meander.core.optimise.Optimiser;
import dev.meander.core.optimise.StateArrays;
import dev.meander.core.weights.Block;
import dev.meander.core.weights.Layout;
import dev.meander.core.weights.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a learner must not forget: parameters, optimiser, statistics, the last published copy of
 * them, and counters.
 *
 * <p>Thread-safety: none; belongs to one learner.
 */
final class LearnerState {

  private static final int FORMAT = 2;
  private static final String COUNTERS = "counters";
  private static final String PART = "part-";
  private static final String GUARD_COUNTS = "guard-counts";
  private static final String ORIGIN = "origin";
  private static final int COUNTERS_BYTES = 4 + Sha256.BYTES + 6 * 8;
  private static final int OFFSETS_AT = 4 + Sha256.BYTES + 3 * 8;
  private static final int ORIGIN_BYTES = 2 * Long.BYTES;

  final float[] theta;
  final StatisticsEstimate statistics;
  private final float[] baseTheta;
  private final float[] promotedTheta;
  private final float[] promotedEstimate;
  private final Sha256 identity;
  private final @Nullable Probes probes;

  long steps;
  long samples;
  long version;
  long firstOffset = -1;
  long lastOffset = -1;
  Origin origin = Origin.NONE;

  /**
   * A fresh state at the base model.
   *
   * @param method of the learner
   * @param model read for its base statistics
   * @param probes those of the guard, null for none
   */
  LearnerState(Method method, AdaptableModel model, @Nullable Probes probes) {
    Layout trained = method.trained();
    this.probes = probes;
    this.baseTheta = method.baseTheta();
    this.theta = baseTheta.clone();
    Layout statistic = model.spec().inventory().select(block -> block.role().isStatistic());
    this.statistics = new StatisticsEstimate(statistic, base(statistic, model));
    this.promotedTheta = theta.clone();
    this.promotedEstimate = statistics.estimate().clone();
    this.identity = identity(trained, model.spec());
  }

  private static float[] base(Layout layout, AdaptableModel model) {
    float[] values = new float[layout.size()];
    for (Block block : layout.blocks()) {
      float[] floats = new float[block.size()];
      model.readBase(block, floats);
      System.arraycopy(floats, 0, values, layout.offset(block), floats.length);
    }
    return values;
  }

  private static Sha256 identity(Layout trained, ModelSpec spec) {
    MessageDigest digest = Sha256.digest();
    digest.update(spec.baseSha256().bytes());
    digest.update(trained.hash().bytes());
    return Sha256.of(digest);
  }

  /** The base model's floats of the trained blocks; do not write. */
  float[] baseTheta() {
    return baseTheta;
  }

  /** Remembers parameters and statistics as the last published ones. */
  void promoted() {
    System.arraycopy(theta, 0, promotedTheta, 0, theta.length);
    System.arraycopy(statistics.estimate(), 0, promotedEstimate, 0, promotedEstimate.length);
  }

  /** Returns to the last published parameters and statistics. */
  void rollBack() {
    System.arraycopy(promotedTheta, 0, theta, 0, theta.length);
    System.arraycopy(promotedEstimate, 0, statistics.estimate(), 0, promotedEstimate.length);
  }

  /** Returns to the base model's parameters and statistics. */
  void reset() {
    System.arraycopy(baseTheta, 0, theta, 0, theta.length);
    float[] estimate = statistics.estimate();
    System.arraycopy(statistics.source(), 0, estimate, 0, estimate.length);
  }

  /** All of it as named blocks of what the arrays hold. Equal states give equal blocks. */
  StateBlocks snapshot(Method method) {
    StateBlocks blocks = new StateBlocks();
    Optimiser optimiser = method.optimiser();
    ByteBuffer counters = ByteBuffer.allocate(COUNTERS_BYTES);
    counters.putInt(FORMAT).put(identity.bytes());
    counters.putLong(steps).putLong(samples).putLong(version);
    counters.putLong(firstOffset).putLong(lastOffset);
    counters.putLong(optimiser == null ? 0 : optimiser.steps());
    blocks.put(COUNTERS, counters.array());
    blocks.put(
        ORIGIN,
        ByteBuffer.allocate(ORIGIN_BYTES)
            .putLong(origin.offset())
            .putLong(origin.version())
            .array());
    blocks.put("method", name(method).getBytes(StandardCharsets.UTF_8));
    blocks.put("theta", theta);
    blocks.put("statistics", statistics.estimate());
    putPromoted(blocks, "promoted-theta", promotedTheta, theta);
    putPromoted(blocks, "promoted-statistics", promotedEstimate, statistics.estimate());
    if (optimiser != null) {
      optimiser.moments().forEach((name, values) -> blocks.put("moment-" + name, values));
    }
    StateArrays arrays = method.state();
    arrays.floats().forEach((name, values) -> blocks.put(PART + name, values));
    arrays.doubles().forEach((name, values) -> blocks.put(PART + name, values));
    if (probes != null) {
      probes.floats().forEach(blocks::put);
      blocks.put(GUARD_COUNTS, probes.counts());
    }
    return blocks;
  }

  /** What is published is mostly what is learned: then it is not written a second time. */
  private static void putPromoted(
      StateBlocks blocks, String name, float[] promoted, float[] learned) {
    if (Arrays.equals(promoted, learned)) {
      blocks.leaveOut(name, promoted);
    } else {
      blocks.put(name, promoted);
    }
  }

  private static void readPromoted(
      StateBlocks blocks, String name, float[] promoted, float[] learned) {
    if (blocks.has(name)) {
      blocks.read(name, promoted);
    } else {
      System.arraycopy(learned, 0, promoted, 0, learned.length);
    }
  }

  /**
   * Continues from {@code blocks}.
   *
   * @return false when they belong to another base model, method or layout: then only the version
   *     number is taken over, since numbers are never reused
   * @throws IllegalArgumentException when the blocks are damaged
   */
  boolean restore(StateBlocks blocks, Method method) {
    ByteBuffer counters = ByteBuffer.wrap(blocks.get(COUNTERS, COUNTERS_BYTES));
    int format = counters.getInt();
    if (format != FORMAT) {
      throw new IllegalArgumentException(
          "expected learner state of format " + FORMAT + ", found " + format);
    }
    byte[] found = new byte[Sha256.BYTES];
    counters.get(found);
    long storedSteps = counters.getLong();
    long storedSamples = counters.getLong();
    version = counters.getLong();
    String methodName = new String(blocks.get("method"), StandardCharsets.UTF_8);
    if (!identity.equals(Sha256.wrap(found)) || !methodName.equals(name(method))) {
      return false;
    }
    steps = storedSteps;
    samples = storedSamples;
    firstOffset = counters.getLong();
    lastOffset = counters.getLong();
    long optimiserSteps = counters.getLong();
    ByteBuffer storedOrigin = ByteBuffer.wrap(blocks.get(ORIGIN, ORIGIN_BYTES));
    origin = new Origin(storedOrigin.getLong(), storedOrigin.getLong());
    blocks.read("theta", theta);
    blocks.read("statistics", statistics.estimate());
    readPromoted(blocks, "promoted-theta", promotedTheta, theta);
    readPromoted(blocks, "promoted-statistics", promotedEstimate, statistics.estimate());
    Optimiser optimiser = method.optimiser();
    if (optimiser != null) {
      optimiser.moments().forEach((name, values) -> blocks.read("moment-" + name, values));
      optimiser.resumeAt(optimiserSteps);
    }
    StateArrays arrays = method.state();
    arrays.floats().forEach((name, values) -> blocks.read(PART + name, values));
    arrays.doubles().forEach((name, values) -> blocks.read(PART + name, values));
    if (probes != null) {
      probes.floats().forEach(blocks::read);
      blocks.read(GUARD_COUNTS, probes.counts());
    }
    return true;
  }

  /**
   * Names the method together with the arrays it keeps: another rule, or a bank of another size,
   * cannot continue from them.
   */
  private String name(Method method) {
    Optimiser optimiser = method.optimiser();
    String name = method.composition().name();
    StateArrays arrays = method.state();
    Map<String, Integer> sizes = new TreeMap<>();
    arrays.floats().forEach((array, values) -> sizes.put(array, values.length));
    arrays.doubles().forEach((array, values) -> sizes.put(array, values.length));
    if (probes != null) {
      probes.floats().forEach((array, values) -> sizes.put(array, values.length));
    }
    String moments = optimiser == null ? "" : " " + optimiser.moments().keySet();
    return name + moments + (sizes.isEmpty() ? "" : " " + sizes);
  }

  /**
   * Digest over every block, offsets left out: commits and aborted transactions take offsets of the
   * log, so the same samples lie at others when an application was interrupted.
   */
  static Sha256 digest(StateBlocks blocks) {
    MessageDigest digest = Sha256.digest();
    blocks.forEach(
        (name, bytes) -> {
          if (!name.equals(ORIGIN)) {
            digest.update(name.getBytes(StandardCharsets.UTF_8));
            digest.update((byte) 0);
            digest.update(name.equals(COUNTERS) ? withoutOffsets(bytes) : bytes);
          }
        });
    return Sha256.of(digest);
  }

  private static byte[] withoutOffsets(byte[] counters) {
    byte[] copy = counters.clone();
    Arrays.fill(copy, OFFSETS_AT, OFFSETS_AT + 2 * Long.BYTES, (byte) 0);
    return copy;
  }
}
