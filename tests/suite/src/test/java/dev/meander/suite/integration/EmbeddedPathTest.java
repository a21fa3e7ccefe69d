package dev.meander.suite.integration;

import dev.meander.app.embedded.EmbeddedStack;
import dev.meander.app.embedded.StackOptions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The path on the broker inside the JVM. */
final class EmbeddedPathTest extends AdaptationPathContract {

  @SuppressWarnings("NullAway.Init") // set before all
  private static TestCluster shared;

  /** The embedded stack as a cluster. */
  private record Embedded(EmbeddedStack stack) implements TestCluster {
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
  }

  @BeforeAll
  static void start() {
    shared = new Embedded(EmbeddedStack.start(StackOptions.temporary().withPartitions(1)));
  }

  @AfterAll
  static void stop() {
    shared.close();
  }

  @Override
  TestCluster cluster() {
    return shared;
  }
}
