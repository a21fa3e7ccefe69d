package dev.meander.bench;

import dev.meander.core.codec.AdapterCodec;
import dev.meander.core.codec.Codecs;
import dev.meander.core.codec.DeltaCodec;
import dev.meander.core.weights.Block;
import dev.meander.core.weights.Layout;
import dev.meander.core.weights.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
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

/**
 * Time to encode and to decode one adapter with each codec. The floats are Gaussian, the parent a
 * thousandth away from them, as after a step. Plain float32 is the baseline. Times are sampled, so
 * that the median tells a codec's from what else the machine does.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class CodecBench {

  private static final int BLOCK_FLOATS = 1_000;
  private static final String DELTA = "delta-";

  /** Codec of whole values by its name, or one of changes behind {@code delta-}. */
  @Param({
    "float32",
    "float16",
    "bfloat16",
    "int8",
    "delta-float16",
    "delta-int8",
    "delta-compeft",
    "delta-xor-zstd"
  })
  public String codec = "";

  /** Floats of the adapter: all of a small head, and 4 MB. */
  @Param({"10000", "1000000"})
  public int floats;

  private Layout layout = new Layout(List.of());
  private float[] parent = {};
  private float[] values = {};
  private byte[] payload = {};
  private Way way = new Whole(Codecs.whole("float32").orElseThrow());

  /** Both tables of codecs as one. */
  private sealed interface Way {
    byte[] encode(Layout layout, float[] parent, float[] values);

    AdapterCodec.Decoded decode(Layout layout, float[] parent, byte[] payload);
  }

  private record Whole(AdapterCodec codec) implements Way {
    @Override
    public byte[] encode(Layout layout, float[] parent, float[] values) {
      return codec.encode(layout, values);
    }

    @Override
    public AdapterCodec.Decoded decode(Layout layout, float[] parent, byte[] payload) {
      return codec.decode(layout, payload);
    }
  }

  private record Delta(DeltaCodec codec) implements Way {
    @Override
    public byte[] encode(Layout layout, float[] parent, float[] values) {
      return codec.encode(layout, parent, values);
    }

    @Override
    public AdapterCodec.Decoded decode(Layout layout, float[] parent, byte[] payload) {
      return codec.decode(layout, parent, payload);
    }
  }

  /** Floats from a fixed seed, and their payload. */
  @Setup
  public void open() {
    way =
        codec.startsWith(DELTA)
            ? new Delta(Codecs.delta(codec.substring(DELTA.length())).orElseThrow())
            : new Whole(Codecs.whole(codec).orElseThrow());
    List<Block> blocks = new ArrayList<>();
    for (int i = 0; i < floats / BLOCK_FLOATS; i++) {
      blocks.add(new Block("block" + i, Role.WEIGHT, BLOCK_FLOATS));
    }
    layout = new Layout(blocks);
    SplittableRandom random = new SplittableRandom(1);
    values = new float[floats];
    parent = new float[floats];
    for (int i = 0; i < floats; i++) {
      values[i] = (float) random.nextGaussian();
      parent[i] = values[i] + 1e-3f * (float) random.nextGaussian();
    }
    payload = way.encode(layout, parent, values);
  }

  /** Floats to bytes. */
  @Benchmark
  public byte[] encode() {
    return way.encode(layout, parent, values);
  }

  /** Bytes to floats. */
  @Benchmark
  public AdapterCodec.Decoded decode() {
    return way.decode(layout, parent, payload);
  }
}
