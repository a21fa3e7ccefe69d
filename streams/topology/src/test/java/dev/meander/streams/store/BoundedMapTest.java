package dev.meander.streams.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BoundedMapTest {

  @Test
  void shouldMakeRoomAtTheExpenseOfWhatWasNotUsedForLongest() {
    List<Integer> evicted = new ArrayList<>();
    BoundedMap<String, Integer> map = new BoundedMap<>(2, evicted::add);
    map.put("a", 1);
    map.put("b", 2);
    assertThat(map.get("a")).isEqualTo(1);
    map.put("c", 3);
    assertThat(evicted).containsExactly(2);
    assertThat(map.get("b")).isNull();
    assertThat(map.values()).containsExactly(1, 3);
  }

  @Test
  void shouldNotMakeRoomForAKeyThatIsThere() {
    List<Integer> evicted = new ArrayList<>();
    BoundedMap<String, Integer> map = new BoundedMap<>(1, evicted::add);
    map.put("a", 1);
    map.put("a", 2);
    assertThat(evicted).isEmpty();
    assertThat(map.size()).isEqualTo(1);
  }

  @Test
  void shouldRefuseToHoldNothing() {
    assertThatThrownBy(() -> new BoundedMap<String, Integer>(0, value -> {}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("expected at least 1 live object, found 0");
  }
}
