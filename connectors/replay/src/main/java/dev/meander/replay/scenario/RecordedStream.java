package dev.meander.replay.scenario;

import dev.meander.core.weights.Sha256;
import dev.meander.replay.data.DataSet;
import java.util.List;

/**
 * A stream whose drift was recorded with it, such as sensor readings: no corruptions, one domain.
 *
 * @param rows labelled inputs in order of time
 */
public record RecordedStream(DataSet rows) implements Domains {

  @Override
  public String name() {
    return rows.name();
  }

  @Override
  public Sha256 digest() {
    return rows.digest();
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
