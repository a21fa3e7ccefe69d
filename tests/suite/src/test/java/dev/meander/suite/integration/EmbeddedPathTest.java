package dev.meander.suite.integration;

import org.junit.jupiter.api.extension.RegisterExtension;

/** The path on the broker inside the JVM. */
final class EmbeddedPathTest extends AdaptationPathContract {

  @RegisterExtension private static final EmbeddedCluster shared = new EmbeddedCluster();

  @Override
  TestCluster cluster() {
    return shared;
  }
}
