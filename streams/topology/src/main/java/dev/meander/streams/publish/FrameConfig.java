package dev.meander.streams.publish;

import dev.meander.core.codec.CodecChoice;
import dev.meander.core.codec.Codecs;
import dev.meander.core.codec.ComPeft;
import dev.meander.core.config.Option;
import dev.meander.core.config.Settings;
import dev.meander.core.wire.Framing;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * How the floats of versions are encoded, and which versions are written as changes.
 *
 * @param codec codec of whole values by name, or the automatic rule
 * @param codecErrorMax largest relative error of what the automatic rule takes
 * @param keyEvery every so many versions is written whole; 1: all of them
 * @param delta codec of changes by name, or the automatic rule
 * @param density share of the entries that ComPEFT keeps
 * @param deltaErrorMax largest relative error of a version that is written as a change
 */
public record FrameConfig(
    String codec,
    double codecErrorMax,
    int keyEvery,
    String delta,
    double density,
    double deltaErrorMax) {

  public static final Option<String> CODEC =
      Option.choice(
          "publish.codec",
          "float32",
          named(Codecs.wholeNames()),
          "How whole adapters are encoded; auto: the fewest bytes within publish.codec.error.max.");
  public static final Option<Double> CODEC_ERROR_MAX =
      Option.number(
          "publish.codec.error.max",
          0.01,
          0,
          1,
          "Largest relative error of a codec that auto takes, for whole adapters and changes.");
  public static final Option<Integer> KEY_EVERY =
      Option.count(
          "publish.key.every",
          1,
          1,
          1_000,
          "Every so many versions is written whole, the others as changes; 1: all are whole.");
  public static final Option<String> DELTA =
      Option.choice(
          "publish.delta.codec",
          "compeft",
          named(Codecs.deltaNames()),
          "How changes are encoded; auto: the fewest bytes within publish.codec.error.max.");
  public static final Option<Double> DENSITY =
      Option.number(
          "publish.delta.density", ComPeft.DENSITY, 1e-6, 1, "Share of a change compeft keeps.");
  public static final Option<Double> DELTA_ERROR_MAX =
      Option.number(
          "publish.delta.error.max",
          0.1,
          0,
          1,
          "A version whose change would serve with a larger relative error is written whole.");

  /** Every option, in the order of the README table. */
  public static final List<Option<?>> OPTIONS =
      List.of(CODEC, CODEC_ERROR_MAX, KEY_EVERY, DELTA, DENSITY, DELTA_ERROR_MAX);

  private static List<String> named(Set<String> codecs) {
    return Stream.concat(Stream.of(CodecChoice.AUTO), codecs.stream().sorted()).toList();
  }

  /** The part of {@code settings} that is about frames. */
  public static FrameConfig from(Settings settings) {
    return new FrameConfig(
        settings.get(CODEC),
        settings.get(CODEC_ERROR_MAX),
        settings.get(KEY_EVERY),
        settings.get(DELTA),
        settings.get(DENSITY),
        settings.get(DELTA_ERROR_MAX));
  }

  /** As framing takes it. */
  public Framing.Config framing() {
    return new Framing.Config(
        CodecChoice.configured(codec, delta, density, codecErrorMax), keyEvery, deltaErrorMax);
  }
}
