package dev.meander.core.codec;

import dev.meander.core.weights.Layout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Which codec a version is written with: the one that a configuration names, or automatically.
 *
 * <p>Automatic rule: of the codecs that can hold the floats with a relative error of at most {@code
 * errorMax}, the one with the fewest bytes; among equals the one that errs least, then the one that
 * {@link Codecs} lists first. Every codec is tried, which costs an encoding and a decoding by each.
 * A codec that is named is taken whatever its size and error.
 *
 * <p>Thread-safety: immutable.
 */
public final class CodecChoice {

  /** Name of the automatic rule in a configuration. */
  public static final String AUTO = "auto";

  private static final double ANY = Double.POSITIVE_INFINITY;

  private final List<AdapterCodec> wholes;
  private final List<DeltaCodec> deltas;
  private final double wholeErrorMax;
  private final double deltaErrorMax;

  private CodecChoice(
      List<AdapterCodec> wholes,
      List<DeltaCodec> deltas,
      double wholeErrorMax,
      double deltaErrorMax) {
    this.wholes = wholes;
    this.deltas = deltas;
    this.wholeErrorMax = wholeErrorMax;
    this.deltaErrorMax = deltaErrorMax;
  }

  /**
   * As configured.
   *
   * @param whole codec of whole values by its name, or {@link #AUTO}
   * @param delta codec of changes by its name, or {@link #AUTO}
   * @param density share of the entries that ComPEFT keeps, above 0 and at most 1
   * @param errorMax largest relative error of what the automatic rule takes, 0 (exact) to 1
   * @throws IllegalArgumentException for an unknown name or a number out of range
   */
  public static CodecChoice configured(
      String whole, String delta, double density, double errorMax) {
    if (!(errorMax >= 0 && errorMax <= 1)) {
      throw new IllegalArgumentException("expected a relative error of 0 to 1, found " + errorMax);
    }
    DeltaCodec compeft = Codecs.compeft(ComPeft.leastSquares(density));
    return new CodecChoice(
        named(whole, Codecs.wholeNames(), Codecs::whole),
        named(delta, Codecs.deltaNames(), Codecs::delta).stream()
            .map(codec -> codec.name().equals(compeft.name()) ? compeft : codec)
            .toList(),
        whole.equals(AUTO) ? errorMax : ANY,
        delta.equals(AUTO) ? errorMax : ANY);
  }

  private static <C> List<C> named(
      String name, Set<String> known, Function<String, Optional<C>> codecs) {
    List<C> found = new ArrayList<>();
    for (String each : name.equals(AUTO) ? known : Set.of(name)) {
      codecs.apply(each).ifPresent(found::add);
    }
    if (found.isEmpty()) {
      throw new IllegalArgumentException(
          "expected " + AUTO + " or one of " + new TreeSet<>(known) + ", found " + name);
    }
    return found;
  }

  /**
   * Whole values.
   *
   * @param values {@code layout.size()} floats of the learner
   * @param base the base model's floats, which the relative error is measured from
   */
  public Encoding whole(Layout layout, float[] values, float[] base) {
    return best(
        wholes.stream().map(codec -> Encoding.of(codec, layout, values)),
        values,
        base,
        wholeErrorMax);
  }

  /**
   * A change.
   *
   * @param parent what receivers decoded of the parent
   * @param values {@code layout.size()} floats of the learner
   * @param base the base model's floats, which the relative error is measured from
   */
  public Encoding delta(Layout layout, float[] parent, float[] values, float[] base) {
    return best(
        deltas.stream().map(codec -> Encoding.of(codec, layout, parent, values)),
        values,
        base,
        deltaErrorMax);
  }

  /** Takes encodings one by one, so that only the best so far is in memory. */
  private static Encoding best(
      Stream<Encoding> tried, float[] values, float[] base, double errorMax) {
    Encoding.Encoded best = null;
    double bestError = 0;
    List<Encoding.Refused> refused = new ArrayList<>();
    for (Encoding encoding : (Iterable<Encoding>) tried::iterator) {
      if (encoding instanceof Encoding.Refused refusal) {
        refused.add(refusal);
        continue;
      }
      Encoding.Encoded encoded = (Encoding.Encoded) encoding;
      double error = encoded.relativeError(values, base);
      if (errorMax != ANY && !(error <= errorMax)) {
        refused.add(
            new Encoding.Refused(
                encoded.codec(),
                "expected a relative error of at most " + errorMax + ", found " + error));
      } else if (best == null || isBetter(encoded, error, best, bestError)) {
        best = encoded;
        bestError = error;
      }
    }
    if (best != null) {
      return best;
    }
    return refused.size() == 1
        ? refused.get(0)
        : new Encoding.Refused(AUTO, "expected a codec that can hold the floats, found " + refused);
  }

  private static boolean isBetter(
      Encoding.Encoded encoded, double error, Encoding.Encoded best, double bestError) {
    int longer = Integer.compare(encoded.payload().length, best.payload().length);
    return longer < 0 || longer == 0 && error < bestError;
  }
}
