package dev.meander.streams.metric;

/**
 * Every metric of the topology. Each is a total and a rate per second in the group {@code
 * stream-meander-metrics}, by thread, task, stage and outcome. Names never change.
 */
public enum Metric {
  EVENTS("events", "events", "gate outcome", "Events the gate judged."),
  DEAD_LETTERS("dead-letters", "records", "reject reason", "Records that were refused."),
  GATES("gates", "gates", "OPENED, EVICTED", "Gates that came and went."),
  SAMPLES("samples", "samples", "PAUSED", "Samples that nobody learned from."),
  STEPS(
      "steps",
      "steps",
      "DONE, WITHOUT_SAMPLES",
      "Updates the learners made; none where the model took no sample of a batch."),
  LEARNERS("learners", "learners", "OPENED, RESET, EVICTED", "Learners that came and went."),
  PREDICTIONS(
      "predictions",
      "samples",
      "WRITTEN, NOT_FINITE, TOO_LARGE",
      "Samples whose prediction was written; without logits in the last two."),
  VERDICTS("verdicts", "candidates", "guard outcome", "Candidates the guard judged."),
  COMMANDS("commands", "commands", "APPLIED, REFUSED, REPEATED", "Commands that were answered."),
  VERSIONS(
      "versions",
      "versions",
      "PUBLISHED, TOO_LARGE, NOT_REPRESENTABLE, RETIRED",
      "Versions that reached the last stage.");

  private final String metricName;
  private final String unit;
  private final String outcomes;
  private final String meaning;

  Metric(String metricName, String unit, String outcomes, String meaning) {
    this.metricName = metricName;
    this.unit = unit;
    this.outcomes = outcomes;
    this.meaning = meaning;
  }

  /** Name before {@code -total} and {@code -rate}. */
  public String metricName() {
    return metricName;
  }

  public String unit() {
    return unit;
  }

  /** Values of the tag {@code outcome}. */
  public String outcomes() {
    return outcomes;
  }

  /** One sentence for the README table. */
  public String meaning() {
    return meaning;
  }
}
