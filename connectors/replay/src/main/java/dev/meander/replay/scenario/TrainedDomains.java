package dev.meander.replay.scenario;

import dev.meander.core.weights.Sha256;
import dev.meander.replay.data.DataSet;
import dev.meander.replay.data.DataSetRefusedException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Images with source samples that are given beside them.
 *
 * @param images all domains
 * @param source what the models of these images were trained on
 */
public record TrainedDomains(Domains images, DataSet source) implements Domains {

  /**
   * @throws DataSetRefusedException when the source samples have another shape or more classes
   */
  public TrainedDomains {
    if (!Arrays.equals(source.inputShape(), images.inputShape())) {
      throw new DataSetRefusedException(
          "expected source samples of shape %s as in %s, found %s in %s"
              .formatted(
                  Arrays.toString(images.inputShape()),
                  images.name(),
                  Arrays.toString(source.inputShape()),
                  source.name()));
    }
    int classes = images.classNames().size();
    if (source.classNames().size() > classes) {
      throw new DataSetRefusedException(
          "expected source samples of %d classes as in %s, found %d in %s"
              .formatted(classes, images.name(), source.classNames().size(), source.name()));
    }
  }

  @Override
  public String name() {
    return images.name();
  }

  @Override
  public Sha256 digest() {
    String both = images.digest().hex() + " trained on " + source.digest().hex();
    return Sha256.of(both.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public List<String> corruptions() {
    return images.corruptions();
  }

  @Override
  public DataSet corrupted(String corruption, int severity) {
    return images.corrupted(corruption, severity);
  }

  @Override
  public DataSet original() {
    return images.original();
  }

  @Override
  public List<String> classNames() {
    return images.classNames();
  }

  @Override
  public int[] inputShape() {
    return images.inputShape();
  }

  @Override
  public List<String> notes() {
    List<String> notes = new ArrayList<>(images.notes());
    notes.addAll(source.notes());
    return notes;
  }
}
