package dev.meander.suite.integration;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The path on the broker inside the JVM. */
final class EmbeddedPathTest extends AdaptationPathContract {

  @SuppressWarnings("NullAway.Init") // set before all
  private static TestCluster shared;

  @BeforeAll
  static void start() {
    shared = TestCluster.embedded();
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
