package dev.meander.replay.scenario;

import dev.meander.core.weights.Sha256;
import dev.meander.replay.data.DataSet;
import dev.meander.replay.data.DataSetRefusedException;
import dev.meander.replay.data.Excerpt;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A stream whose drift was recorded with it, such as sensor readings: no corruptions, one domain.
 *
 * @param rows labelled inputs in order of time
 * @param source rows that the model was trained on; null when none are known
 */
public record RecordedStream(DataSet rows, @Nullable DataSet source) implements Domains {

  /** A stream that is used from its first row on. */
  public RecordedStream(DataSet rows) {
    this(rows, null);
  }

  /**
   * The stream after its first rows, which become the source.
   *
   * @param first rows that the model was trained on, at least 1
   * @throws DataSetRefusedException when no row would be left
   */
  public RecordedStream after(int first) {
    if (first < 1 || first >= rows.size()) {
      throw new DataSetRefusedException(
          "expected 1 to %d first rows of %s, found %d"
              .formatted(rows.size() - 1, rows.name(), first));
    }
    return new RecordedStream(new Excerpt(rows, first, rows.size()), new Excerpt(rows, 0, first));
  }

  /**
   * The same stream with rows of another file as the source.
   *
   * @throws DataSetRefusedException when they have another shape
   */
  public RecordedStream trainedOn(DataSet rows) {
    if (!Arrays.equals(rows.inputShape(), inputShape())) {
      throw new DataSetRefusedException(
          "expected rows of shape %s in %s as in %s, found %s"
              .formatted(
                  Arrays.toString(inputShape()),
                  rows.name(),
                  name(),
                  Arrays.toString(rows.inputShape())));
    }
    return new RecordedStream(this.rows, rows);
  }

  /** Those of stream and source together: the last classes may be in one of them only. */
  @Override
  public List<String> classNames() {
    List<String> own = rows.classNames();
    return source == null || source.classNames().size() <= own.size() ? own : source.classNames();
  }

  @Override
  public List<String> notes() {
    if (source == null || source instanceof Excerpt) {
      return rows.notes();
    }
    return Stream.concat(rows.notes().stream(), source.notes().stream()).toList();
  }

  @Override
  public String name() {
    return rows.name();
  }

  @Override
  public Sha256 digest() {
    if (source == null) {
      return rows.digest();
    }
    String both = rows.digest().hex() + " after " + source.digest().hex();
    return Sha256.of(both.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public List<String> corruptions() {
    return List.of();
  }

  @Override
  public DataSet corrupted(String corruption, int severity) {
    throw new IllegalArgumentException(
        "expected a corruption of " + name() + ", which has none, found " + corruption);
  }

  @Override
  public DataSet original() {
    return rows;
  }
}
