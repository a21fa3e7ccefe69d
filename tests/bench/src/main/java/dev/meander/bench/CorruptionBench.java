package dev.meander.bench;

import dev.meander.replay.corruption.Corruption;
import dev.meander.replay.data.DataSet;
import dev.meander.replay.data.GlyphDataSet;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Time to corrupt one image of 32 by 32 in three colours; each call takes the next severity. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class CorruptionBench {

  private static final int IMAGES = 64;

  @Param public Corruption corruption = Corruption.GAUSSIAN_NOISE;

  private final float[][] images = new float[IMAGES][];
  private int[] shape = {};
  private int next;

  /** Draws the images. */
  @Setup
  public void draw() {
    DataSet glyphs = new GlyphDataSet(GlyphDataSet.Part.TEST, 1, IMAGES);
    shape = glyphs.inputShape();
    for (int i = 0; i < IMAGES; i++) {
      images[i] = glyphs.image(i);
    }
  }

  @Benchmark
  public float[] corrupt() {
    int index = next++;
    int severity = 1 + Math.floorMod(index, Corruption.SEVERITY_MAX);
    return corruption.apply(images[Math.floorMod(index, IMAGES)], shape, severity, 1, index);
  }
}
