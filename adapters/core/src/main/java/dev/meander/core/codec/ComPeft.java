package dev.meander.core.codec;

import dev.meander.core.weights.Layout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * A sparse ternary change: the signs of its largest entries and one scale for all of them, the gaps
 * between them in a Golomb-Rice code.
 *
 * <p>Yadav et al., ComPEFT: Compression for Communicating Parameter Efficient Updates via
 * Sparsification and Quantization, section 2. With {@code d} the change over the whole layout
 * {@code [P]}, density {@code k} in (0, 1] and {@code sigma(d)} its unbiased standard deviation:
 *
 * <pre>
 *   S     = the floor(k P) entries of largest |d|, the lower index first among equal ones
 *   s     = alpha sigma(d)               with a given alpha, or
 *   s     = mean over S of |d|           the least-squares scale, alpha* = s / sigma(d)
 *   d~_i  = s sign(d_i) for i in S, else 0
 * </pre>
 *
 * <p>Payload, little-endian: int count of entries, byte {@code b}, float scale; then for each entry
 * the zeros before it, {@code g}: quotient {@code g >> b} in unary (ones, then a zero) and the low
 * {@code b} bits, or 24 ones and all 32 bits when the quotient is 24 or more; then its sign. Bits
 * fill bytes from the top; the last byte ends with zeros. With {@code p = count / P}, {@code b = 1
 * + floor(log2(ln(phi - 1) / ln(1 - p)))}, at least 0.
 *
 * <p>Differs from the paper: exactly floor(k P) entries (the released code keeps one more, and more
 * on ties); an entry of exactly zero is never kept; the least-squares scale by default; the code is
 * ours, because the released code only computes sizes. A change with NaN or infinity is written
 * with such a scale, which decoding refuses.
 *
 * <p>Decoding never writes beyond the layout and allocates its floats only.
 *
 * <p>Thread-safety: stateless.
 */
public final class ComPeft implements AdapterCodec {

  /** Share of the entries that is kept by default. */
  public static final double DENSITY = .05;

  private static final int LOW_BITS_MAX = 30;
  static final int HEADER_BYTES = Integer.BYTES + Byte.BYTES + Float.BYTES;

  private final double density;
  private final @Nullable Double alpha;

  private ComPeft(double density, @Nullable Double alpha) {
    if (!(density > 0 && density <= 1)) {
      throw new IllegalArgumentException(
          "expected a density above 0 and at most 1, found " + density);
    }
    if (alpha != null && !(alpha > 0 && alpha < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("expected an alpha above 0, found " + alpha);
    }
    this.density = density;
    this.alpha = alpha;
  }

  /** Keeps the share {@code density} in (0, 1], at the least-squares scale. */
  public static ComPeft leastSquares(double density) {
    return new ComPeft(density, null);
  }

  /** Keeps the share {@code density} in (0, 1], at {@code alpha} standard deviations. */
  public static ComPeft deviations(double density, double alpha) {
    return new ComPeft(density, alpha);
  }

  @Override
  public String name() {
    return "compeft";
  }

  @Override
  public byte[] encode(Layout layout, float[] change) {
    Payloads.checkFloats(layout, change);
    BitSet kept = LargestEntries.of(change, wanted(change.length));
    int count = kept.cardinality();
    int lowBits = lowBits(count, change.length);
    BitWriter bits = new BitWriter(HEADER_BYTES, count * (lowBits + 4L) / Byte.SIZE);
    ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    header.putInt(count).put((byte) lowBits).putFloat(scale(change, kept, count));
    int next = 0;
    for (int i = kept.nextSetBit(0); i >= 0; i = kept.nextSetBit(i + 1)) {
      GolombRice.write(bits, i - next, lowBits);
      bits.write(change[i] < 0 ? 1 : 0, 1);
      next = i + 1;
    }
    return bits.toBytes(header.array());
  }

  private int wanted(int size) {
    return (int) Math.floor(density * size + 1e-9); // .29 * 100 is below 29
  }

  private float scale(float[] change, BitSet kept, int count) {
    double sum = 0;
    for (float entry : change) {
      sum += entry;
    }
    if (count == 0) {
      return Double.isFinite(sum) ? 0 : Float.NaN;
    }
    if (alpha == null) {
      double sizes = 0;
      for (int i = kept.nextSetBit(0); i >= 0; i = kept.nextSetBit(i + 1)) {
        sizes += Math.abs(change[i]);
      }
      return (float) (sizes / count);
    }
    double mean = sum / change.length;
    double squares = 0;
    for (float entry : change) {
      squares += (entry - mean) * (entry - mean);
    }
    return (float) (alpha * Math.sqrt(squares / Math.max(1, change.length - 1)));
  }

  /** {@code b} of the Golomb-Rice code that is best for {@code count} of {@code size} entries. */
  static int lowBits(int count, int size) {
    if (count == 0 || count == size) {
      return 0;
    }
    double golden = StrictMath.log((Math.sqrt(5) - 1) / 2);
    double ratio = golden / StrictMath.log1p(-(double) count / size);
    return Math.max(0, 1 + (int) Math.floor(StrictMath.log(ratio) / StrictMath.log(2)));
  }

  @Override
  public Decoded decode(Layout layout, byte[] bytes) {
    if (bytes.length < HEADER_BYTES) {
      return new Decoded.Refused(
          CodecRefusal.WRONG_LENGTH,
          "expected a payload of at least " + HEADER_BYTES + " bytes, found " + bytes.length);
    }
    ByteBuffer header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int count = header.getInt();
    int lowBits = header.get();
    float scale = header.getFloat();
    if (count < 0 || count > layout.size()) {
      return Payloads.malformed(
          "expected 0 to " + layout.size() + " entries, found " + Integer.toUnsignedString(count));
    }
    if (lowBits < 0 || lowBits > LOW_BITS_MAX) {
      return Payloads.malformed(
          "expected 0 to " + LOW_BITS_MAX + " low bits of a gap, found " + lowBits);
    }
    if (!(scale >= 0 && scale <= Float.MAX_VALUE)) {
      return Payloads.malformed("expected a finite scale >= 0, found " + scale);
    }
    return entries(layout, new BitReader(bytes, HEADER_BYTES), count, lowBits, scale);
  }

  private static Decoded entries(
      Layout layout, BitReader bits, int count, int lowBits, float scale) {
    float[] change = new float[layout.size()];
    long next = 0;
    for (int entry = 0; entry < count; entry++) {
      long gap = GolombRice.read(bits, lowBits);
      boolean negative = bits.read(1) == 1;
      if (bits.isPastEnd()) {
        return new Decoded.Refused(
            CodecRefusal.WRONG_LENGTH, "expected " + count + " entries, found bytes for " + entry);
      }
      if (gap < 0 || next + gap >= change.length) {
        return Payloads.malformed(
            "expected entry " + entry + " among " + change.length + " floats, found it beyond");
      }
      change[(int) (next + gap)] = negative ? -scale : scale;
      next += gap + 1;
    }
    if (!bits.isPadding()) {
      return Payloads.malformed(
          "expected less than a byte of zeros after the last entry, found others");
    }
    return new Decoded.Values(change);
  }
}
