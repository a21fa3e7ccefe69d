package dev.meander.replay.scenario;

import dev.meander.replay.corruption.Corruption;
import dev.meander.replay.data.DataSet;
import dev.meander.replay.random.Draws;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * A stream that drifts through corruptions, one segment each, none of them abrupt: severity rises
 * over the first quarter of a segment, stays, and falls over the last.
 *
 * <p>Images come in a seeded random order; when the data set is used up, it is shuffled anew. The
 * sample at a position depends on (data set, corruptions, events, seed) only.
 *
 * <p>Thread-safety: immutable.
 */
public final class DriftStream implements Iterable<DriftSample> {

  /** The default drift. */
  public static final List<Corruption> STANDARD =
      List.of(
          Corruption.GAUSSIAN_NOISE,
          Corruption.DEFOCUS_BLUR,
          Corruption.BRIGHTNESS,
          Corruption.CONTRAST,
          Corruption.PIXELATE);

  /** Longest stream: its order is kept in memory, 4 bytes a sample. */
  public static final int EVENTS_MAX = 10_000_000;

  private static final int ORDER = 1;
  private static final int CORRUPTION = 2;

  private final DataSet data;
  private final List<Segment> segments;
  private final int[] order;
  private final long corruptionSeed;

  /**
   * @param data where the images come from
   * @param corruptions one segment each, in this order; at least one
   * @param events number of samples, at least one per segment; the segments' sizes differ by at
   *     most 1
   * @param seed decides order and corruption
   */
  public DriftStream(DataSet data, List<Corruption> corruptions, int events, long seed) {
    if (corruptions.isEmpty() || events < corruptions.size() || events > EVENTS_MAX) {
      throw new IllegalArgumentException(
          "expected at least one corruption, one event for each and at most "
              + EVENTS_MAX
              + " events, found "
              + corruptions.size()
              + " corruptions and "
              + events
              + " events");
    }
    this.data = data;
    this.segments = divide(corruptions, events);
    this.order = order(data.size(), events, seed);
    this.corruptionSeed = Draws.of(seed, CORRUPTION).bits();
  }

  /** The default drift, through {@link #STANDARD}. */
  public static DriftStream standard(DataSet data, int events, long seed) {
    return new DriftStream(data, STANDARD, events, seed);
  }

  private static List<Segment> divide(List<Corruption> corruptions, int events) {
    List<Segment> segments = new ArrayList<>();
    int count = corruptions.size();
    for (int i = 0; i < count; i++) {
      int from = (int) ((long) events * i / count);
      int to = (int) ((long) events * (i + 1) / count);
      segments.add(new Segment(corruptions.get(i), from, to));
    }
    return List.copyOf(segments);
  }

  private static int[] order(int images, int events, long seed) {
    int[] order = new int[events];
    for (int from = 0; from < events; from += images) {
      int[] shuffled = Draws.of(seed, ORDER, from / images).permutation(images);
      System.arraycopy(shuffled, 0, order, from, Math.min(images, events - from));
    }
    return order;
  }

  /** Number of samples. */
  public int size() {
    return order.length;
  }

  /** The segments in order; together they cover the stream. */
  public List<Segment> segments() {
    return segments;
  }

  /**
   * The sample at a position.
   *
   * @throws IndexOutOfBoundsException unless 0 &lt;= position &lt; size
   */
  public DriftSample at(int position) {
    Objects.checkIndex(position, order.length);
    Segment segment = segmentAt(position);
    int severity = segment.severityAt(position);
    int image = order[position];
    float[] pixels =
        segment
            .corruption()
            .apply(data.image(image), data.inputShape(), severity, corruptionSeed, position);
    return new DriftSample(position, segment.name(), severity, pixels, data.label(image));
  }

  private Segment segmentAt(int position) {
    for (Segment segment : segments) {
      if (position < segment.to()) {
        return segment;
      }
    }
    throw new IllegalStateException("expected segments up to " + order.length);
  }

  @Override
  public Iterator<DriftSample> iterator() {
    return IntStream.range(0, size()).mapToObj(this::at).iterator();
  }
}
