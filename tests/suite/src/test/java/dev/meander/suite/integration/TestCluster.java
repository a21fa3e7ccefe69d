package dev.meander.suite.integration;

import dev.meander.app.embedded.EmbeddedStack;
import dev.meander.app.embedded.StackOptions;

/** A Kafka cluster with a registry, for the tests of one class. */
interface TestCluster extends AutoCloseable {

  /** Brokers, {@code host:port}. */
  String bootstrap();

  /** Address of the registry. */
  String registryUrl();

  @Override
  void close();

  /** A broker and a registry inside this JVM. */
  static TestCluster embedded() {
    EmbeddedStack stack = EmbeddedStack.start(StackOptions.temporary().withPartitions(1));
    return new TestCluster() {
      @Override
      public String bootstrap() {
        return stack.bootstrap();
      }

      @Override
      public String registryUrl() {
        return stack.registryUrl();
      }

      @Override
      public void close() {
        stack.close();
      }
    };
  }
}
