package dev.meander.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class LifetimeTest {

  private final List<Runnable> atStop = new ArrayList<>();
  private final List<String> closed = new ArrayList<>();
  private final Lifetime lifetime = new Lifetime(atStop::add);

  private AutoCloseable part(String name) {
    return () -> closed.add(name);
  }

  private void open(String name) throws Exception {
    lifetime.open(() -> part(name));
  }

  private void stop() {
    assertThat(atStop).hasSize(1);
    atStop.get(0).run();
  }

  @Test
  void shouldCloseTheLastOpenedFirstAndOnce() throws Exception {
    open("broker");
    open("registry");
    open("node");
    lifetime.close();
    lifetime.close();
    stop();
    assertThat(closed).containsExactly("node", "registry", "broker");
  }

  @Test
  @Timeout(10)
  void shouldCloseEverythingWhenTheProcessIsToldToStop() throws Exception {
    open("broker");
    open("node");
    assertThat(lifetime.isStopping()).isFalse();
    lifetime.checkOpen();
    stop();
    assertThat(closed).containsExactly("node", "broker");
    assertThat(lifetime.isStopping()).isTrue();
    lifetime.awaitStop();
    lifetime.close();
    assertThat(closed).hasSize(2);
  }

  @Test
  void shouldOpenNothingAfterAStop() {
    stop();
    List<String> started = new ArrayList<>();
    assertThatThrownBy(
            () ->
                lifetime.open(
                    () -> {
                      started.add("node");
                      return part("node");
                    }))
        .isInstanceOf(Lifetime.StoppedException.class)
        .hasMessage("stopped");
    assertThat(started).isEmpty();
    assertThatThrownBy(lifetime::checkOpen).isInstanceOf(Lifetime.StoppedException.class);
  }

  @Test
  void shouldOpenNothingAfterItWasClosed() {
    lifetime.close();
    assertThatThrownBy(() -> open("node")).isInstanceOf(Lifetime.StoppedException.class);
    assertThat(lifetime.isStopping()).isFalse();
  }

  @Test
  void shouldCloseTheOthersWhenOneDoesNotClose() throws Exception {
    open("broker");
    lifetime.open(
        () ->
            (AutoCloseable)
                () -> {
                  throw new IllegalStateException("stuck");
                });
    open("node");
    lifetime.close();
    assertThat(closed).containsExactly("node", "broker");
  }

  @Test
  void shouldHoldNothingThatDidNotStart() throws Exception {
    open("broker");
    assertThatThrownBy(
            () ->
                lifetime.open(
                    () -> {
                      throw new IllegalStateException("port taken");
                    }))
        .hasMessage("port taken");
    lifetime.close();
    assertThat(closed).containsExactly("broker");
  }
}
