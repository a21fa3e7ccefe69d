package dev.meander.suite.integration;

import dev.meander.app.embedded.EmbeddedRegistry;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.testcontainers.junit.jupiter.Testcontainers;
import org.testcontainers.kafka.KafkaContainer;

/** The same path on a broker in a container, where a Docker engine is there. */
@Testcontainers(disabledWithoutDocker = true)
final class ContainerPathTest extends AdaptationPathContract {

  private static final String IMAGE = "apache/kafka:4.1.0";

  @SuppressWarnings("NullAway.Init") // set before all
  private static TestCluster shared;

  /** A container with our registry beside it. */
  private record Container(KafkaContainer kafka, EmbeddedRegistry registry) implements TestCluster {
    @Override
    public String bootstrap() {
      return kafka.getBootstrapServers();
    }

    @Override
    public String registryUrl() {
      return registry.url();
    }

    @Override
    public void close() {
      registry.close();
      kafka.stop();
    }
  }

  @BeforeAll
  static void start() {
    KafkaContainer kafka = new KafkaContainer(IMAGE);
    kafka.start();
    shared = new Container(kafka, EmbeddedRegistry.start(kafka.getBootstrapServers()));
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
