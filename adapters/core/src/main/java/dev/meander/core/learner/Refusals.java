package dev.meander.core.learner;

import java.util.Set;

/**
 * What a learner is told about samples that the model does not take. Those it finds out itself need
 * no word: the same sample fails again.
 *
 * @param patient whether a batch that is too large for the memory is to wait, or to be left out
 * @param known offsets of samples that were left out before, while memory was short
 */
public record Refusals(boolean patient, Set<Long> known) {

  /** Nothing is known, and a batch waits for memory. */
  public static final Refusals NONE = new Refusals(true, Set.of());

  public Refusals {
    known = Set.copyOf(known);
  }
}
