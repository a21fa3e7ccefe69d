package dev.meander.app.versions;

import java.util.List;

/**
 * What became of a command.
 *
 * @param command its id
 * @param kind its kind
 * @param outcome APPLIED, REFUSED or REPEATED
 * @param reasons of a refusal, or remarks
 * @param live version that serves after it; 0 is the base model
 * @param epoch of the alias after it
 * @param sampleOffset RESET and PAUSE: last sample the learner saw before it; -1 when it saw none
 * @param samplesPassed RESUME: samples that nobody learned from in the pause
 * @param millis from sending to the answer
 */
public record Answered(
    String command,
    String kind,
    String outcome,
    List<String> reasons,
    long live,
    long epoch,
    long sampleOffset,
    long samplesPassed,
    double millis) {

  public Answered {
    reasons = List.copyOf(reasons);
  }

  /** True when the lineage is as the command wants it. */
  public boolean done() {
    return !outcome.equals("REFUSED");
  }
}
