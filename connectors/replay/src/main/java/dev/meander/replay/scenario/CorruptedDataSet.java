package dev.meander.replay.scenario;

import dev.meander.core.weights.Sha256;
import dev.meander.replay.corruption.Corruption;
import dev.meander.replay.corruption.Corruptor;
import dev.meander.replay.data.DataSet;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;

/** A data set under one corruption at one severity. Thread-safety: safe. */
final class CorruptedDataSet implements DataSet {

  private final DataSet clean;
  private final Cause cause;
  private final AtomicLong cacheLeft;
  private final AtomicReferenceArray<byte[]> cache;

  /**
   * What makes the images.
   *
   * @param severity 1 to 5
   * @param seed of what is random
   */
  record Cause(Corruptor corruptor, Corruption corruption, int severity, long seed) {}

  /**
   * @param cacheLeft bytes that may still be kept, shared by many
   */
  CorruptedDataSet(DataSet clean, Cause cause, AtomicLong cacheLeft) {
    this.clean = clean;
    this.cause = cause;
    this.cacheLeft = cacheLeft;
    this.cache = new AtomicReferenceArray<>(clean.size());
  }

  @Override
  public String name() {
    return clean.name() + " " + cause.corruption.label() + "/" + cause.severity;
  }

  @Override
  public Sha256 digest() {
    String text =
        "%s %d %s %s"
            .formatted(name(), cause.seed, cause.corruptor.digest().hex(), clean.digest().hex());
    return Sha256.of(text.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public int size() {
    return clean.size();
  }

  @Override
  public float[] image(int index) {
    byte[] kept = cache.get(Objects.checkIndex(index, size()));
    if (kept != null) {
      float[] image = new float[kept.length];
      for (int i = 0; i < image.length; i++) {
        image[i] = (kept[i] & 0xff) / 255f;
      }
      return image;
    }
    float[] image =
        cause.corruptor.apply(
            cause.corruption,
            clean.image(index),
            clean.inputShape(),
            cause.severity,
            cause.seed,
            index);
    keep(index, image);
    return image;
  }

  private void keep(int index, float[] image) {
    if (cacheLeft.addAndGet(-image.length) < 0) {
      cacheLeft.addAndGet(image.length);
      return;
    }
    byte[] bytes = new byte[image.length];
    for (int i = 0; i < image.length; i++) {
      bytes[i] = (byte) Math.round(image[i] * 255);
    }
    cache.set(index, bytes);
  }

  @Override
  public int label(int index) {
    return clean.label(index);
  }

  @Override
  public List<String> classNames() {
    return clean.classNames();
  }

  @Override
  public int[] inputShape() {
    return clean.inputShape();
  }
}
