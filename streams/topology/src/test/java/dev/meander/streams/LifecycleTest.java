package dev.meander.streams;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.streams.KafkaStreams.State;
import org.junit.jupiter.api.Test;

class LifecycleTest {

  @Test
  void shouldTellWhenItRunsAndWhenItHasEnded() {
    Lifecycle lifecycle = new Lifecycle("meander");
    lifecycle.onChange(State.REBALANCING, State.CREATED);
    assertThat(lifecycle.running()).isNotDone();
    lifecycle.onChange(State.RUNNING, State.REBALANCING);
    assertThat(lifecycle.running()).isCompletedWithValue(State.RUNNING);
    assertThat(lifecycle.ended()).isNotDone();
    lifecycle.onChange(State.NOT_RUNNING, State.PENDING_SHUTDOWN);
    assertThat(lifecycle.ended()).isCompletedWithValue(State.NOT_RUNNING);
  }

  @Test
  void shouldTellThatItEndedBeforeItEverRan() {
    Lifecycle lifecycle = new Lifecycle("meander");
    lifecycle.onChange(State.ERROR, State.PENDING_ERROR);
    assertThat(lifecycle.running()).isCompletedWithValue(State.ERROR);
    assertThat(lifecycle.ended()).isCompletedWithValue(State.ERROR);
  }
}
