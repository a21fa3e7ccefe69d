package dev.meander.app.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.server.fault.FaultHandler;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedBrokerTest {

  @Test
  void shouldLeaveNoThreadAndNoFolderWhenClosed() {
    Set<Thread> before = lastingThreads();
    EmbeddedBroker broker = EmbeddedBroker.start(BrokerOptions.temporary());
    Path directory = broker.directory();
    assertThat(directory).exists();
    assertThat(broker.bootstrap()).isEqualTo("127.0.0.1:" + broker.port());
    broker.close();
    broker.close();
    assertThat(directory).doesNotExist();
    assertThat(broker.fault()).isEmpty();
    assertThat(lastingThreads()).isSubsetOf(before);
  }

  @Test
  void shouldKeepTheFolderWhenAsked() throws IOException {
    EmbeddedBroker broker = EmbeddedBroker.start(BrokerOptions.temporary().keeping(true));
    broker.close();
    assertThat(broker.directory().resolve("meta.properties")).exists();
    Folders.remove(broker.directory());
    assertThat(broker.directory()).doesNotExist();
  }

  @Test
  void shouldFindItsTopicsAgainOnTheSameFolderAndPort(@TempDir Path directory) throws Exception {
    int port;
    try (EmbeddedBroker broker = EmbeddedBroker.start(BrokerOptions.temporary().in(directory))) {
      port = broker.port();
      Broker.create(broker.bootstrap(), new NewTopic("kept", 3, (short) 1));
    }
    assertThat(directory).exists();
    try (EmbeddedBroker broker =
            EmbeddedBroker.start(BrokerOptions.temporary().in(directory).onPort(port));
        Admin admin = Broker.admin(broker.bootstrap())) {
      assertThat(broker.port()).isEqualTo(port);
      assertThat(admin.listTopics().names().get()).contains("kept");
    }
  }

  @Test
  void shouldSayWhyItDoesNotStartAndLeaveNothing(@TempDir Path directory) throws Exception {
    Path file = Files.createFile(directory.resolve("file"));
    BrokerOptions options = BrokerOptions.temporary().in(file);
    assertThatThrownBy(() -> EmbeddedBroker.start(options))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("the embedded broker did not start in " + file + ": ");
    BrokerOptions wrong = BrokerOptions.temporary().overriding(Map.of("num.io.threads", "none"));
    assertThatThrownBy(() -> EmbeddedBroker.start(wrong))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("num.io.threads");
  }

  @Test
  void shouldRecordAFaultInsteadOfHaltingTheProcess() {
    RecordedFaults faults = new RecordedFaults();
    AtomicInteger actions = new AtomicInteger();
    FaultHandler handler = faults.build("controller", true, actions::incrementAndGet);
    RuntimeException fault = handler.handleFault("disk gone", new IOException("no space"));
    assertThat(fault).hasMessage("controller: disk gone");
    assertThat(faults.fatal()).contains(fault);
    assertThat(actions).hasValue(1);
  }

  /** Threads that would keep the JVM alive. */
  static Set<Thread> lastingThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.isAlive() && !thread.isDaemon())
        .collect(Collectors.toSet());
  }
}
