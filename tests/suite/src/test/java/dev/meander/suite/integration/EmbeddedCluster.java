package dev.meander.suite.integration;

import dev.meander.app.embedded.EmbeddedStack;
import dev.meander.app.embedded.StackOptions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A broker and a registry inside this JVM, for the tests of the class that registers it. */
final class EmbeddedCluster implements TestCluster, BeforeAllCallback, AfterAllCallback {

  private @Nullable EmbeddedStack stack;

  @Override
  public void beforeAll(ExtensionContext context) {
    stack = EmbeddedStack.start(StackOptions.temporary().withPartitions(1));
  }

  @Override
  public void afterAll(ExtensionContext context) {
    close();
  }

  private EmbeddedStack stack() {
    if (stack == null) {
      throw new IllegalStateException("expected a cluster that was started, found none");
    }
    return stack;
  }

  @Override
  public String bootstrap() {
    return stack().bootstrap();
  }

  @Override
  public String registryUrl() {
    return stack().registryUrl();
  }

  @Override
  public void close() {
    if (stack != null) {
      stack.close();
    }
  }
}
