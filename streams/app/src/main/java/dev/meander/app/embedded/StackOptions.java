package dev.meander.app.embedded;

import dev.meander.schemas.TopicNames;

/**
 * How to run the embedded stack.
 *
 * @param names names of the topics
 * @param partitions partitions of each topic, {@code >= 1}
 * @param broker how to run the broker
 * @param shutdownHook stops the stack when the process is told to stop; switch it off where the
 *     caller does that itself, because hooks run side by side and a broker must not go before its
 *     clients
 */
public record StackOptions(
    TopicNames names, int partitions, BrokerOptions broker, boolean shutdownHook) {

  /** Partitions of each topic when nothing else is said. */
  public static final int PARTITIONS = 4;

  public StackOptions {
    if (partitions < 1) {
      throw new IllegalArgumentException("expected partitions >= 1, found " + partitions);
    }
  }

  /** The standard topics in a temporary folder, with a shutdown hook. */
  public static StackOptions temporary() {
    return new StackOptions(TopicNames.standard(), PARTITIONS, BrokerOptions.temporary(), true);
  }

  /** The same for topics under other names. */
  public StackOptions named(TopicNames names) {
    return new StackOptions(names, partitions, broker, shutdownHook);
  }

  /** The same with other partitions. */
  public StackOptions withPartitions(int partitions) {
    return new StackOptions(names, partitions, broker, shutdownHook);
  }

  /** The same with another broker. */
  public StackOptions withBroker(BrokerOptions broker) {
    return new StackOptions(names, partitions, broker, shutdownHook);
  }

  /** The same without a shutdown hook. */
  public StackOptions withoutShutdownHook() {
    return new StackOptions(names, partitions, broker, false);
  }
}
