package dev.meander.app.topics;

import dev.meander.schemas.Topic;
import java.util.List;

/**
 * One topic of the catalogue as it is on a cluster.
 *
 * @param topic the topic
 * @param name its full name
 * @param outcome what was found or done
 * @param partitions its partitions; 0 when it is missing
 * @param differences what differs from the catalogue, each as "setting: expected x, found y"
 */
public record TopicState(
    Topic topic, String name, Outcome outcome, int partitions, List<String> differences) {

  /** What was found or done. */
  public enum Outcome {
    /** It was missing and is there now. */
    CREATED,
    /** It was there. */
    EXISTING,
    /** It is not there. */
    MISSING
  }

  public TopicState {
    differences = List.copyOf(differences);
  }
}
