package dev.meander.core.objects;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meander.core.objects.ObjectStore.Reading;
import dev.meander.core.objects.ObjectStore.Stored;
import dev.meander.core.weights.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderObjectStoreTest extends ObjectStoreContract {

  private static final Instant OLD = Instant.parse("2020-01-01T00:00:00Z");

  @TempDir
  @SuppressWarnings("NullAway.Init") // set by JUnit
  Path folder;

  @Override
  ObjectStore store() {
    return new FolderObjectStore(folder.resolve("objects"));
  }

  @Test
  void shouldLeaveOneFileUnderItsDigestAndNoPart() throws IOException {
    String name = store().put(ByteBuffer.wrap(CONTENT));
    try (Stream<Path> files = Files.walk(folder)) {
      assertThat(files.filter(Files::isRegularFile))
          .containsExactly(folder.resolve("objects/" + name.substring(7, 9) + "/" + name));
    }
  }

  @Test
  void shouldRefuseDamagedBytesAndMendThemWhenPutAgain() throws IOException {
    ObjectStore store = store();
    String name = store.put(ByteBuffer.wrap(CONTENT));
    Path file = folder.resolve("objects/" + name.substring(7, 9) + "/" + name);
    Files.write(file, new byte[] {1, 2, 3});
    assertThat(store.get(name, 100))
        .isEqualTo(
            new Reading.Refused(
                ObjectStore.Reason.CORRUPT,
                "expected object "
                    + name
                    + ", found the bytes of sha256-"
                    + Sha256.of(new byte[] {1, 2, 3}).hex()));

    store.put(ByteBuffer.wrap(CONTENT));

    assertThat(store.get(name, 100)).isInstanceOf(Reading.Found.class);
  }

  @Test
  void shouldWriteBesideAPartThatAKilledWriterLeft() throws IOException {
    String name = ObjectStore.name(Sha256.of(CONTENT));
    Path shard = Files.createDirectories(folder.resolve("objects/" + name.substring(7, 9)));
    Files.write(shard.resolve("." + name + ".0.part"), new byte[] {1});
    assertThat(store().put(ByteBuffer.wrap(CONTENT))).isEqualTo(name);
    assertThat(store().get(name, 100)).isInstanceOf(Reading.Found.class);
  }

  @Test
  void shouldRemoveOldPartsOfKilledWritersAndLeaveYoungOnes() throws IOException {
    ObjectStore store = store();
    String name = store.put(ByteBuffer.wrap(CONTENT));
    Path shard = folder.resolve("objects/" + name.substring(7, 9));
    Path old = Files.write(shard.resolve("." + name + ".0.part"), new byte[] {1});
    Path young = Files.write(shard.resolve("." + name + ".1.part"), new byte[] {1});
    Files.setLastModifiedTime(old, FileTime.from(OLD));
    assertThat(store.removeUnfinished(OLD.plusMillis(1))).isEqualTo(1);
    assertThat(old).doesNotExist();
    assertThat(young).exists();
    assertThat(store.get(name, 100)).isInstanceOf(Reading.Found.class);
  }

  @Test
  void shouldPutBackWhatARemovalThatWasKilledMovedAside() throws IOException {
    ObjectStore store = store();
    String name = store.put(ByteBuffer.wrap(CONTENT));
    Path file = folder.resolve("objects/" + name.substring(7, 9) + "/" + name);
    Files.move(file, file.resolveSibling("." + name + ".gone"));
    assertThat(shown(store)).extracting(Stored::name).containsExactly(name);
    assertThat(store.get(name, 100)).isInstanceOf(Reading.Found.class);
  }

  @Test
  void shouldCountAnObjectAsPutWhenItWasPutLast() throws IOException {
    ObjectStore store = store();
    String name = store.put(ByteBuffer.wrap(CONTENT));
    age(name);
    store.put(ByteBuffer.wrap(CONTENT));
    assertThat(store.remove(name, OLD.plusMillis(1))).isFalse();
    assertThat(store.get(name, 100)).isInstanceOf(Reading.Found.class);
  }

  @Test
  void shouldNotLoseAnObjectThatIsPutWhileItIsRemoved() throws Exception {
    ObjectStore store = store();
    ExecutorService other = Executors.newSingleThreadExecutor();
    try {
      for (int round = 0; round < 200; round++) {
        String name = store.put(ByteBuffer.wrap(CONTENT));
        age(name);
        Future<Boolean> removed = other.submit(() -> store.remove(name, OLD.plusMillis(1)));
        store.put(ByteBuffer.wrap(CONTENT));
        removed.get();
        assertThat(store.get(name, 100)).as("round %d", round).isInstanceOf(Reading.Found.class);
      }
    } finally {
      other.shutdownNow();
    }
  }

  private void age(String name) throws IOException {
    Path file = folder.resolve("objects/" + name.substring(7, 9) + "/" + name);
    Files.setLastModifiedTime(file, FileTime.from(OLD));
  }

  @Test
  void shouldNotFollowALinkOutOfTheFolder() throws IOException {
    String name = ObjectStore.name(Sha256.of(CONTENT));
    Path secret = Files.write(folder.resolve("secret"), CONTENT);
    Path shard = Files.createDirectories(folder.resolve("objects/" + name.substring(7, 9)));
    Files.createSymbolicLink(shard.resolve(name), secret);
    assertThat(store().get(name, 100)).isInstanceOf(Reading.Unavailable.class);
  }

  @Test
  void shouldSayWhenTheFolderCannotBeWritten() throws IOException {
    Path file = Files.write(folder.resolve("file"), List.of("in the way"));
    assertThatThrownBy(() -> new FolderObjectStore(file).put(ByteBuffer.wrap(CONTENT)))
        .isInstanceOf(IOException.class);
  }

  @Test
  void shouldKnowThatNoneIsNoStore() {
    assertThat(FolderObjectStore.of("none")).isEmpty();
    assertThat(FolderObjectStore.of("some/folder")).isPresent();
  }
}
