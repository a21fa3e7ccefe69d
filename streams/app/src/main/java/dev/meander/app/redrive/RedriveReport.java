package dev.meander.app.redrive;

import java.util.List;
import java.util.Map;

/**
 * What a run did.
 *
 * @param topic the dead-letter topic
 * @param counts selected letters by outcome
 * @param more true when the run ended at its limit and more letters are selected
 * @param letters the first of them, without those that an earlier run has sent
 */
public record RedriveReport(
    String topic, Map<LetterOutcome, Integer> counts, boolean more, List<ListedLetter> letters) {

  /** Letters of {@code outcome}. */
  public int count(LetterOutcome outcome) {
    return counts.getOrDefault(outcome, 0);
  }
}
