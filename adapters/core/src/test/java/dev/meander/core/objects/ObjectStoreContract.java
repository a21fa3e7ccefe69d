package dev.meander.core.objects;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import dev.meander.core.objects.ObjectStore.Reading;
import dev.meander.core.objects.ObjectStore.Stored;
import dev.meander.core.weights.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What must hold for every object store. */
abstract class ObjectStoreContract {

  static final byte[] CONTENT = "some payload".getBytes(StandardCharsets.UTF_8);

  /** A store without objects. */
  abstract ObjectStore store();

  @Test
  void shouldGiveBackWhatWasPutUnderItsDigest() throws IOException {
    ObjectStore store = store();
    ByteBuffer content = ByteBuffer.wrap(CONTENT);
    String name = store.put(content);

    assertThat(name).isEqualTo("sha256-" + Sha256.of(CONTENT).hex());
    assertThat(content.remaining()).isEqualTo(CONTENT.length);
    assertThat(((Reading.Found) store.get(name, CONTENT.length)).bytes()).isEqualTo(CONTENT);
    assertThat(store.put(ByteBuffer.wrap(CONTENT))).isEqualTo(name);
    assertThat(((Reading.Found) store.get(name, 1_000)).bytes()).isEqualTo(CONTENT);
  }

  @Test
  void shouldPutOnlyWhatTheBufferShows() throws IOException {
    ObjectStore store = store();
    String name = store.put(ByteBuffer.wrap(CONTENT, 5, 3));
    assertThat(((Reading.Found) store.get(name, 3)).bytes())
        .isEqualTo("pay".getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void shouldSayThatAnObjectIsNotThere() {
    String name = ObjectStore.name(Sha256.of(CONTENT));
    assertThat(store().get(name, 10))
        .isEqualTo(new Reading.Unavailable("expected object " + name + ", found none"));
  }

  @Test
  void shouldRefuseAnObjectBeyondTheBound() throws IOException {
    ObjectStore store = store();
    String name = store.put(ByteBuffer.wrap(CONTENT));
    assertThat(store.get(name, 11))
        .isEqualTo(
            new Reading.Refused(
                ObjectStore.Reason.TOO_LARGE,
                "expected object " + name + " to have at most 11 bytes, found 12"));
  }

  @Test
  void shouldRefuseWhatIsNoName() {
    for (String name :
        List.of("", "../../etc/passwd", "sha256-", "sha256-../" + "0".repeat(61), "/tmp/x")) {
      assertThat(store().get(name, 10))
          .isEqualTo(
              new Reading.Refused(
                  ObjectStore.Reason.MALFORMED,
                  "expected an object named sha256- and 64 hexadecimal digits, found \""
                      + name
                      + "\""));
    }
  }

  @Test
  void shouldShowEveryObjectOnce() throws IOException {
    ObjectStore store = store();
    assertThat(shown(store)).isEmpty();
    String one = store.put(ByteBuffer.wrap(CONTENT));
    String other = store.put(ByteBuffer.wrap(CONTENT, 0, 4));
    store.put(ByteBuffer.wrap(CONTENT));
    assertThat(shown(store))
        .extracting(Stored::name, Stored::bytes)
        .containsExactlyInAnyOrder(tuple(one, 12L), tuple(other, 4L));
  }

  @Test
  void shouldRemoveOnlyWhatWasPutBeforeTheGivenTime() throws IOException {
    ObjectStore store = store();
    String name = store.put(ByteBuffer.wrap(CONTENT));
    Instant putAt = shown(store).get(0).putAt();
    assertThat(store.remove(name, putAt)).isFalse();
    assertThat(store.get(name, 100)).isInstanceOf(Reading.Found.class);
    assertThat(store.remove(name, putAt.plusNanos(1))).isTrue();
    assertThat(store.get(name, 100)).isInstanceOf(Reading.Unavailable.class);
    assertThat(store.remove(name, putAt.plusNanos(1))).as("gone already").isFalse();
    assertThat(shown(store)).isEmpty();
    assertThat(store.put(ByteBuffer.wrap(CONTENT))).isEqualTo(name);
    assertThat(store.get(name, 100)).isInstanceOf(Reading.Found.class);
  }

  static List<Stored> shown(ObjectStore store) throws IOException {
    List<Stored> shown = new ArrayList<>();
    store.forEach(shown::add);
    return shown;
  }
}
