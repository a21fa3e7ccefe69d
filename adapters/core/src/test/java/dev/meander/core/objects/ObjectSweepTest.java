package dev.meander.core.objects;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meander.core.objects.ObjectStore.Reading;
import dev.meander.core.objects.ObjectStore.Stored;
import dev.meander.core.objects.ObjectSweep.Fate;
import dev.meander.core.objects.ObjectSweep.Swept;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ObjectSweepTest {

  private static final Instant BEFORE = Instant.parse("2026-01-02T00:00:00Z");
  private static final Instant OLD = BEFORE.minusMillis(1);

  @TempDir
  @SuppressWarnings("NullAway.Init") // set by JUnit
  Path folder;

  @SuppressWarnings("NullAway.Init") // set before each test
  private ObjectStore store;

  @BeforeEach
  void open() {
    store = new FolderObjectStore(folder);
  }

  private String put(int content, Instant at) throws IOException {
    String name = store.put(ByteBuffer.wrap(new byte[content]));
    Files.setLastModifiedTime(file(name), FileTime.from(at));
    return name;
  }

  private Path file(String name) {
    return folder.resolve(name.substring(7, 9)).resolve(name);
  }

  private boolean holds(String name) {
    return store.get(name, 1_000) instanceof Reading.Found;
  }

  /** A store that does not let go of one object. */
  private record Stubborn(ObjectStore store, String held) implements ObjectStore {

    @Override
    public String put(ByteBuffer content) throws IOException {
      return store.put(content);
    }

    @Override
    public Reading get(String name, int bytesMax) {
      return store.get(name, bytesMax);
    }

    @Override
    public void forEach(Consumer<Stored> action) throws IOException {
      store.forEach(action);
    }

    @Override
    public boolean remove(String name, Instant since) throws IOException {
      if (name.equals(held)) {
        throw new IOException("in use");
      }
      return store.remove(name, since);
    }

    @Override
    public int removeUnfinished(Instant before) throws IOException {
      return store.removeUnfinished(before);
    }
  }

  @Test
  void shouldRemoveWhatIsOldAndNoVersionNames() throws IOException {
    String referred = put(1, OLD);
    String young = put(2, BEFORE);
    String orphan = put(3, OLD);
    ObjectSweep sweep = new ObjectSweep(Set.of(referred), BEFORE);

    Swept planned = sweep.plan(store);
    assertThat(planned.objects())
        .isEqualTo(Map.of(Fate.REFERRED, 1, Fate.YOUNG, 1, Fate.UNREFERRED, 1));
    assertThat(holds(orphan)).isTrue();

    Swept swept = sweep.run(store);
    assertThat(swept.objects()).isEqualTo(planned.objects());
    assertThat(swept.bytes()).isEqualTo(3);
    assertThat(swept.failures()).isEmpty();
    assertThat(holds(referred)).isTrue();
    assertThat(holds(young)).isTrue();
    assertThat(holds(orphan)).isFalse();
    assertThat(sweep.run(store).objects())
        .as("a second time")
        .isEqualTo(Map.of(Fate.REFERRED, 1, Fate.YOUNG, 1));
  }

  @Test
  void shouldKeepAnObjectThatAnotherVersionShares() {
    Stored shared = new Stored("sha256-" + "a".repeat(64), 5, OLD);
    assertThat(new ObjectSweep(Set.of(shared.name()), BEFORE).fate(shared))
        .isEqualTo(Fate.REFERRED);
    assertThat(new ObjectSweep(Set.of(), BEFORE).fate(shared)).isEqualTo(Fate.UNREFERRED);
  }

  @Test
  void shouldGoOnWhereAnInterruptedSweepStopped() throws IOException {
    String orphan = put(3, OLD);
    String other = put(4, OLD);
    Files.move(file(orphan), file(orphan).resolveSibling("." + orphan + ".gone"));
    assertThat(new ObjectSweep(Set.of(), BEFORE).run(store).count(Fate.UNREFERRED)).isEqualTo(2);
    assertThat(holds(orphan)).isFalse();
    assertThat(holds(other)).isFalse();
  }

  @Test
  void shouldTellWhatCouldNotBeRemovedAndRemoveTheRest() throws IOException {
    String stuck = put(3, OLD);
    String orphan = put(4, OLD);
    Swept swept = new ObjectSweep(Set.of(), BEFORE).run(new Stubborn(store, stuck));
    assertThat(swept.objects()).isEqualTo(Map.of(Fate.STUCK, 1, Fate.UNREFERRED, 1));
    assertThat(swept.failures())
        .containsExactly("expected " + stuck + " to go, found java.io.IOException: in use");
    assertThat(swept.bytes()).isEqualTo(4);
    assertThat(holds(orphan)).isFalse();
    assertThat(holds(stuck)).isTrue();
  }
}
