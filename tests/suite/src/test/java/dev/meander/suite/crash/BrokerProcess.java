package dev.meander.suite.crash;

import dev.meander.app.embedded.EmbeddedBroker;
import dev.meander.kit.fault.FaultSwitch;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** A broker in a process of its own, so that it can be killed. */
public final class BrokerProcess {

  private BrokerProcess() {}

  /**
   * Runs until the process is killed, or its parent is gone.
   *
   * @param arguments folder and port
   */
  public static void main(String[] arguments) throws InterruptedException {
    FaultSwitch.ofProcess();
    Path folder = Path.of(arguments[0]);
    EmbeddedBroker.start(CrashCluster.options(folder).onPort(Integer.parseInt(arguments[1])));
    new CountDownLatch(1).await();
  }
}
