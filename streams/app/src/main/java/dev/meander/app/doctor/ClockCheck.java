package dev.meander.app.doctor;

import dev.meander.schemas.time.ClusterClock;
import java.util.List;
import java.util.OptionalLong;

/**
 * Whether the clock of this machine and the cluster's say the same; nothing is said of one that
 * does.
 */
final class ClockCheck implements Check {

  @Override
  public String subject() {
    return "clock";
  }

  @Override
  public Need needs() {
    return Need.KAFKA;
  }

  @Override
  public String advice() {
    return "set the clocks, by NTP for one: brokers refuse records from more than an hour ahead"
        + " (message.timestamp.after.max.ms)";
  }

  @Override
  public List<Finding> find(Examined examined) {
    OptionalLong ahead = examined.topics().aheadMillis(examined.clock());
    if (ahead.isEmpty() || Math.abs(ahead.getAsLong()) <= ClusterClock.TOLERATED.toMillis()) {
      return List.of();
    }
    return List.of(Finding.warn(subject(), ClusterClock.difference(ahead.getAsLong()), advice()));
  }
}
