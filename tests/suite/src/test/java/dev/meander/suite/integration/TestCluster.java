package dev.meander.suite.integration;

/** A Kafka cluster with a registry, for the tests of one class. */
interface TestCluster extends AutoCloseable {

  /** Brokers, {@code host:port}. */
  String bootstrap();

  /** Address of the registry. */
  String registryUrl();

  @Override
  void close();
}
