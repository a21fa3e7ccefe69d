package dev.meander.replay.scenario;

/**
 * What a scenario reports an error of.
 *
 * @param name the corruption, or {@link Domains#ORIGINAL}
 * @param severity 1 to 5; 0 for clean images
 * @param cycle repetition it belongs to, from 1
 */
public record ScenarioSegment(String name, int severity, int cycle) {

  /** True for clean images. */
  public boolean isClean() {
    return severity == 0;
  }
}
