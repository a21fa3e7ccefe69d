package dev.meander.suite.remote;

import dev.meander.app.embedded.BrokerOptions;
import dev.meander.app.embedded.EmbeddedBroker;
import dev.meander.app.embedded.EmbeddedRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * A process of its own that runs a broker and a registry without any topic of ours until it is
 * killed. Arguments: the broker's folder, and the file that appears once both answer, with an
 * address per line.
 */
final class BrokerProcess {

  private BrokerProcess() {}

  public static void main(String[] arguments) throws Exception {
    EmbeddedBroker broker =
        EmbeddedBroker.start(BrokerOptions.temporary().in(Path.of(arguments[0])));
    EmbeddedRegistry registry = EmbeddedRegistry.start(broker.bootstrap());
    Path file = Path.of(arguments[1]);
    Path part = file.resolveSibling("part");
    Files.write(part, List.of(broker.bootstrap(), registry.url()));
    Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    new CountDownLatch(1).await();
  }
}
