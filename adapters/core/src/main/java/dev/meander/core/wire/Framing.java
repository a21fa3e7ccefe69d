package dev.meander.core.wire;

import dev.meander.core.codec.CodecChoice;
import dev.meander.core.codec.Encoding;
import dev.meander.core.guard.Candidate;
import dev.meander.core.learner.Origin;
import dev.meander.core.learner.StateBlocks;
import dev.meander.core.learner.Version;
import dev.meander.core.weights.Block;
import dev.meander.core.weights.Layout;
import dev.meander.core.weights.Role;
import dev.meander.core.weights.Sha256;
import java.nio.ByteBuffer;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The frames of one lineage: which of its versions are written as key frames and which as changes
 * to their parent, and from where each comes. A function of the versions and of what became of
 * them, so that a replay gives the same frames, and the state of it is part of a snapshot.
 *
 * <p>A change is measured from what nodes decoded of the parent, not from what the learner had:
 * with {@code w_t} the learner's floats, {@code v_t} what nodes hold and {@code c} the codec,
 * {@code v_t = v_t-1 + c(w_t - v_t-1)}. As {@code w_t - v_t-1 = (w_t - w_t-1) + r_t-1} with the
 * residual {@code r_t-1 = w_t-1 - v_t-1}, this is error feedback, and {@code v} is all the state it
 * needs.
 *
 * <p>A frame is a key frame when the parent is not the version that was written last, when the
 * learner began anew or the layout changed since, when it is the {@code keyEvery}-th since the last
 * one, when a change cannot be encoded, is no shorter than the floats or would not decode to an
 * adapter a node takes, and when its relative error {@code |v_t - w_t| / |w_t - base|} is above
 * {@code errorMax}.
 *
 * <p>Thread-safety: none; belongs to one stream task.
 */
public final class Framing {

  /** Frame that holds the whole adapter. */
  public static final String KEY = "KEY";

  /** Frame that holds a change to the parent. */
  public static final String DELTA = "DELTA";

  /** No version is known that was written; the learner is believed. */
  private static final long UNKNOWN = -1;

  private static final int FORMAT = 1;
  private static final int PLACE_BYTES = 2 * Integer.BYTES + 5 * Long.BYTES + Sha256.BYTES;
  private static final String PLACE = "place";
  private static final String HELD = "held";
  private static final Sha256 NO_LAYOUT = Sha256.of(new byte[0]);

  private final Config config;
  private long version = UNKNOWN;
  private long heldBackFrom = -1;
  private long sinceKey;
  private Origin origin = new Origin(-1, 0);
  private Sha256 layout = NO_LAYOUT;
  private float @Nullable [] held;

  /**
   * When which frame is written.
   *
   * @param codecs codecs of whole values and of changes
   * @param keyEvery every so many versions is a key frame; 1: all of them
   * @param errorMax largest relative error of a change
   */
  public record Config(CodecChoice codecs, int keyEvery, double errorMax) {}

  /**
   * A version as it is to be written.
   *
   * @param type {@link #KEY} or {@link #DELTA}
   * @param parent version it comes from, and the one a change is to be added to
   * @param firstOffset first offset of the samples since the parent
   * @param encoding payload and what nodes decode, or why there is none
   */
  public record Frame(String type, long parent, long firstOffset, Encoding encoding) {}

  /** Of a lineage of which nothing was written. */
  public Framing(Config config) {
    this.config = config;
  }

  /** The frame of {@code next}; changes nothing. */
  public Frame frame(Version next) {
    Encoding change = change(next);
    return new Frame(
        change == null ? KEY : DELTA,
        parent(next),
        heldBackFrom >= 0 ? heldBackFrom : next.firstOffset(),
        change == null ? whole(next.candidate()) : change);
  }

  /** The version {@code next} comes from: what its learner says, unless that was never written. */
  private long parent(Version next) {
    long parent = next.candidate().parent();
    return version == UNKNOWN ? parent : Math.min(parent, version);
  }

  private Encoding whole(Candidate candidate) {
    return config
        .codecs()
        .whole(
            candidate.weights().layout(), candidate.weights().values(), candidate.base().values());
  }

  /** The change to the parent; null when this is to be a key frame. */
  private @Nullable Encoding change(Version next) {
    float[] parent = held;
    Candidate candidate = next.candidate();
    Layout now = candidate.weights().layout();
    if (parent == null
        || sinceKey + 1 >= config.keyEvery()
        || parent(next) != version
        || !next.origin().equals(origin)
        || !now.hash().equals(layout)) {
      return null;
    }
    float[] values = candidate.weights().values();
    float[] base = candidate.base().values();
    Encoding encoding = config.codecs().delta(now, parent, values, base);
    return encoding instanceof Encoding.Encoded encoded
            && encoded.payload().length < Float.BYTES * (long) values.length
            && isServable(now, encoded.decoded())
            && encoded.relativeError(values, base) <= config.errorMax()
        ? encoded
        : null;
  }

  /** Whether a node would take these floats; a sparse change can make a small variance negative. */
  private static boolean isServable(Layout layout, float[] values) {
    for (Block block : layout.blocks()) {
      boolean variance = block.role() == Role.RUNNING_VARIANCE;
      int from = layout.offset(block);
      for (int i = from; i < from + block.size(); i++) {
        if (!Float.isFinite(values[i]) || (variance && values[i] < 0)) {
          return false;
        }
      }
    }
    return true;
  }

  /**
   * Takes that {@code frame} of {@code next} was written.
   *
   * @throws IllegalArgumentException when it has no encoding
   */
  public void written(Version next, Frame frame) {
    if (!(frame.encoding() instanceof Encoding.Encoded encoded)) {
      throw new IllegalArgumentException("expected a frame with a payload, found " + frame);
    }
    version = next.id().number();
    heldBackFrom = -1;
    sinceKey = frame.type().equals(KEY) ? 0 : sinceKey + 1;
    origin = next.origin();
    layout = next.candidate().weights().layout().hash();
    held = config.keyEvery() > 1 ? encoded.decoded() : null;
  }

  /** Number of the version that was written last; 0 or less when none is known. */
  public long version() {
    return version;
  }

  /** Makes the next frame a key frame, because nodes may not get the version written last. */
  public void keyNext() {
    held = null;
  }

  /** Takes that {@code next} was not written: its samples count for the next one that is. */
  public void heldBack(Version next) {
    version = parent(next);
    heldBackFrom = heldBackFrom >= 0 ? heldBackFrom : next.firstOffset();
  }

  /** The state as named blocks of at most 256 KiB. Equal states give equal blocks. */
  public Map<String, byte[]> snapshot() {
    StateBlocks blocks = new StateBlocks();
    ByteBuffer place = ByteBuffer.allocate(PLACE_BYTES).putInt(FORMAT);
    place.putLong(version).putLong(heldBackFrom).putLong(sinceKey);
    place.putLong(origin.offset()).putLong(origin.version()).put(layout.bytes());
    float[] floats = held;
    blocks.put(PLACE, place.putInt(floats == null ? 0 : floats.length).array());
    if (floats != null) {
      blocks.put(HELD, floats);
    }
    return blocks.blocks();
  }

  /**
   * Continues from a snapshot.
   *
   * @param blocks what {@link #snapshot} gave; none of a lineage of which nothing was written
   * @throws IllegalArgumentException when they are damaged
   */
  public static Framing restore(Config config, Map<String, byte[]> blocks) {
    Framing framing = new Framing(config);
    if (blocks.isEmpty()) {
      return framing;
    }
    StateBlocks stored = new StateBlocks(blocks);
    ByteBuffer place = ByteBuffer.wrap(stored.get(PLACE, PLACE_BYTES));
    int format = place.getInt();
    if (format != FORMAT) {
      throw new IllegalArgumentException(
          "expected framing state of format " + FORMAT + ", found " + format);
    }
    framing.version = place.getLong();
    framing.heldBackFrom = place.getLong();
    framing.sinceKey = place.getLong();
    framing.origin = new Origin(place.getLong(), place.getLong());
    byte[] hash = new byte[Sha256.BYTES];
    place.get(hash);
    framing.layout = Sha256.wrap(hash);
    int size = place.getInt();
    if (size > 0 && config.keyEvery() > 1) {
      float[] floats = new float[size];
      stored.read(HELD, floats);
      framing.held = floats;
    }
    return framing;
  }
}
