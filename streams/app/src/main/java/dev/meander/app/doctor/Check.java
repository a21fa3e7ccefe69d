package dev.meander.app.doctor;

import java.util.List;
import org.apache.kafka.common.KafkaException;

/**
 * One thing the doctor looks at. A check changes nothing, and is asked only when what it {@link
 * #needs} has answered.
 */
public interface Check {

  /** What must answer before a check can say anything. */
  enum Need {
    /** Nothing outside of this process. */
    NOTHING,
    /** The brokers. */
    KAFKA,
    /** The schema registry. */
    REGISTRY
  }

  /** What is looked at, for the finding when looking itself fails. */
  String subject();

  /** What must have answered; the check is left out when it has not. */
  default Need needs() {
    return Need.NOTHING;
  }

  /** What this check is the first to ask, so that others need not when it does not answer. */
  default Need asks() {
    return Need.NOTHING;
  }

  /** What to do when looking itself fails. */
  default String advice() {
    return "";
  }

  /**
   * What was found, in the order in which it is to be read.
   *
   * @throws dev.meander.app.topics.UnreachableException when something does not answer
   * @throws KafkaException when the brokers refuse
   */
  List<Finding> find(Examined examined);
}
