package dev.meander.replay.scenario;

import dev.meander.core.weights.Sha256;
import dev.meander.replay.data.DataSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One set of labelled images under every corruption: image i is the same picture, and has the same
 * label, in every domain.
 *
 * <p>Thread-safety: implementations are thread-safe.
 */
public interface Domains {

  /** Name of the clean domain. */
  String ORIGINAL = "original";

  /** Name for reports. */
  String name();

  /** Identity of every image of every domain; part of what a result depends on. */
  Sha256 digest();

  /** Names of the corruptions in the standard order; empty when there are none. */
  List<String> corruptions();

  /**
   * The images under a corruption.
   *
   * @param corruption one of {@link #corruptions}, or another that this set knows
   * @param severity 1 to 5
   * @throws IllegalArgumentException for an unknown one, with those that are known
   */
  DataSet corrupted(String corruption, int severity);

  /**
   * The clean images.
   *
   * @throws IllegalArgumentException with what is missing when there are none
   */
  DataSet original();

  /**
   * Images the models of this data were trained on, for methods that use some; null where none lie
   * beside the data.
   */
  default @Nullable DataSet source() {
    return null;
  }

  /** What is odd about the data, though it can be used; for people. */
  default List<String> notes() {
    return List.of();
  }

  /** Class names; the position is the label. */
  default List<String> classNames() {
    return original().classNames();
  }

  /** Shape of one input. */
  default int[] inputShape() {
    return original().inputShape();
  }
}
