package dev.meander.core.codec;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The codecs by their name on the wire; the one place that lists them. Thread-safety: immutable.
 */
public final class Codecs {

  private static final Map<String, AdapterCodec> WHOLE = new LinkedHashMap<>();
  private static final Map<String, DeltaCodec> DELTA = new LinkedHashMap<>();

  static {
    List.of(new Float32Codec(), HalfCodec.FLOAT16, HalfCodec.BFLOAT16, new Int8Codec())
        .forEach(codec -> WHOLE.put(codec.name(), codec));
    Stream.<DeltaCodec>of(
            new AdditiveDelta(HalfCodec.FLOAT16),
            new AdditiveDelta(HalfCodec.BFLOAT16),
            new AdditiveDelta(new Int8Codec()),
            compeft(ComPeft.leastSquares(ComPeft.DENSITY)),
            new XorDelta())
        .forEach(codec -> DELTA.put(codec.name(), codec));
  }

  private Codecs() {}

  /** The codec of whole values called {@code name}; empty when this build knows none. */
  public static Optional<AdapterCodec> whole(String name) {
    return Optional.ofNullable(WHOLE.get(name));
  }

  /** The codec of changes called {@code name}; empty when this build knows none. */
  public static Optional<DeltaCodec> delta(String name) {
    return Optional.ofNullable(DELTA.get(name));
  }

  /** Writes changes as {@code codec} does; what it writes is read by {@code delta("compeft")}. */
  public static DeltaCodec compeft(ComPeft codec) {
    return new AdditiveDelta(codec);
  }

  /** Names of the codecs of whole values, in the order listed. */
  public static Set<String> wholeNames() {
    return Collections.unmodifiableSet(WHOLE.keySet());
  }

  /** Names of the codecs of changes, in the order listed. */
  public static Set<String> deltaNames() {
    return Collections.unmodifiableSet(DELTA.keySet());
  }
}
