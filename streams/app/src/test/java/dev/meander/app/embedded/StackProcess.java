package dev.meander.app.embedded;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/**
 * A process of its own that runs a stack until it is told to stop. Argument: the file that appears
 * once the stack answers.
 */
final class StackProcess {

  private StackProcess() {}

  public static void main(String[] arguments) throws Exception {
    EmbeddedStack stack = EmbeddedStack.start(StackOptions.temporary());
    Files.writeString(Path.of(arguments[0]), stack.bootstrap());
    new CountDownLatch(1).await();
  }
}
