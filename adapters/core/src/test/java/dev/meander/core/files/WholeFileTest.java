package dev.meander.core.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.meander.kit.BadInput;
import dev.meander.kit.BadInput.Entrance;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(20)
class WholeFileTest {

  @TempDir
  @SuppressWarnings("NullAway.Init") // set before each test
  Path folder;

  private static void assertRefused(Path file, String message) {
    assertThatExceptionOfType(FileRefusedException.class)
        .isThrownBy(() -> WholeFile.check(file))
        .withMessage(message)
        .matches(FileRefusedException::isPlace);
    assertThatExceptionOfType(FileRefusedException.class)
        .isThrownBy(() -> WholeFile.write(file, "new"))
        .withMessage(message);
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> String.valueOf(file.getFileName())).sorted().toList();
    }
  }

  @Test
  void shouldWriteANewFileAndReplaceAnOldOne() throws Exception {
    Path file = folder.resolve("report.json");
    WholeFile.check(file);
    assertThat(names()).isEmpty();
    WholeFile.write(file, "old");
    WholeFile.write(file, "größer");
    assertThat(file).hasContent("größer");
    assertThat(names()).containsExactly("report.json");
  }

  @Test
  void shouldKeepThePermissionsOfTheOldFile() throws Exception {
    Path file = Files.writeString(folder.resolve("a"), "old");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
    WholeFile.write(file, "new");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-r-----");
  }

  @Test
  @BadInput(
      at = Entrance.COMMAND,
      what = "a symbolic link as output",
      then = "its target is written")
  void shouldFollowLinks() throws Exception {
    Path target = Files.writeString(folder.resolve("target"), "old");
    Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("target"));
    Path far = Files.createSymbolicLink(folder.resolve("far"), link);
    WholeFile.write(far, "new");
    assertThat(target).hasContent("new");
    assertThat(link).isSymbolicLink();
    assertThat(far).isSymbolicLink();
    Path dangling = Files.createSymbolicLink(folder.resolve("dangling"), Path.of("made"));
    WholeFile.write(dangling, "x");
    assertThat(folder.resolve("made")).hasContent("x");
    assertThat(names()).containsExactly("dangling", "far", "link", "made", "target");
  }

  @Test
  @BadInput(at = Entrance.COMMAND, what = "links in a circle as output", then = "refused in words")
  void shouldRefuseLinksInACircle() throws Exception {
    Path one = Files.createSymbolicLink(folder.resolve("one"), folder.resolve("two"));
    Files.createSymbolicLink(folder.resolve("two"), one);
    assertRefused(one, "expected a file, found " + one + ", a symbolic link that leads to itself");
  }

  @Test
  @BadInput(
      at = Entrance.COMMAND,
      what = "a pipe, a device or a link to one as output",
      then = "refused, it stays what it is")
  void shouldNeverReplaceSpecialFiles() throws Exception {
    Path pipe = folder.resolve("pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    Path link = Files.createSymbolicLink(folder.resolve("link"), pipe);
    Path device = Files.createSymbolicLink(folder.resolve("device"), Path.of("/dev/full"));
    List<Path> special =
        List.of(
            pipe, link, device, Path.of("/dev/null"), Path.of("/dev/stdout"), Path.of("/proc/x"));
    for (Path file : special) {
      assertRefused(
          file,
          "expected a file that can be replaced, found " + file + ", a pipe, a device or a socket");
    }
    assertThat(Files.readAttributes(pipe, "isOther")).containsEntry("isOther", true);
    assertThat(names()).containsExactly("device", "link", "pipe");
  }

  @Test
  @BadInput(at = Entrance.COMMAND, what = "a folder, or none, as output", then = "refused in words")
  void shouldRefuseFoldersAndPlacesInNone() throws Exception {
    Path file = Files.writeString(folder.resolve("a"), "old");
    for (Path place : List.of(folder, folder.resolve("none/x"), file.resolve("x"), Path.of("/"))) {
      assertRefused(place, "expected a file in an existing folder, found " + place);
    }
  }

  @Test
  @BadInput(at = Entrance.COMMAND, what = "a read-only file as output", then = "refused in words")
  void shouldRefuseReadOnlyFiles() throws Exception {
    Path file = Files.writeString(folder.resolve("a"), "old");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--r--r--"));
    assertRefused(
        file, "expected a file that may be written, found " + file + ", which is read-only");
    assertThat(file).hasContent("old");
  }

  @Test
  @BadInput(
      at = Entrance.COMMAND,
      what = "a name of 300 bytes as output",
      then = "refused in words")
  void shouldRefuseNamesThatAreTooLongAndTakeTheLongest() {
    assertRefused(
        folder.resolve("ü".repeat(150)),
        "expected a name of at most 255 bytes, found one of 300 bytes");
    Path longest = folder.resolve("n".repeat(255));
    WholeFile.write(longest, "x");
    assertThat(longest).hasContent("x");
  }

  @Test
  @BadInput(
      at = Entrance.COMMAND,
      what = "a full disk under an output",
      then = "one message, the old file stays, nothing is left beside it")
  void shouldLeaveTheOldFileWhenTheDiskIsFull() throws Exception {
    Path file = Files.writeString(folder.resolve("a"), "old");
    for (String said : List.of("No space left on device", "Disk quota exceeded")) {
      assertThatExceptionOfType(FileRefusedException.class)
          .isThrownBy(
              () ->
                  WholeFile.write(
                      file,
                      1_234_567,
                      part -> {
                        part.write(ByteBuffer.allocate(4_096));
                        throw new IOException(said);
                      }))
          .withMessage(
              "expected room for 1,234,567 bytes in %s, found none; %s is as it was", folder, file)
          .matches(failure -> !failure.isPlace());
    }
    assertThat(file).hasContent("old");
    assertThat(names()).containsExactly("a");
  }

  @Test
  @BadInput(
      at = Entrance.COMMAND,
      what = "a disk that fails under an output",
      then = "its reason, the old file stays")
  void shouldSayWhyWhenTheDiskFails() throws Exception {
    Path file = Files.writeString(folder.resolve("a"), "old");
    assertThatExceptionOfType(FileRefusedException.class)
        .isThrownBy(
            () ->
                WholeFile.write(
                    file,
                    1,
                    part -> {
                      throw new IOException("Input/output error");
                    }))
        .withMessage("expected a file that can be written, found %s: Input/output error", file);
    assertThat(file).hasContent("old");
    assertThat(names()).containsExactly("a");
  }

  @Test
  @BadInput(
      at = Entrance.COMMAND,
      what = "two commands that write one file at once",
      then = "one of both files, whole")
  void shouldLeaveOneOfTwoFilesWhole() throws Exception {
    Path file = folder.resolve("a");
    List<Thread> writers = new ArrayList<>();
    CountDownLatch finished = new CountDownLatch(4);
    for (int i = 0; i < 4; i++) {
      String text = String.valueOf((char) ('a' + i)).repeat(200_000);
      writers.add(
          new Thread(
              () -> {
                for (int j = 0; j < 20; j++) {
                  WholeFile.write(file, text);
                }
                finished.countDown();
              }));
    }
    writers.forEach(Thread::start);
    assertThat(finished.await(15, TimeUnit.SECONDS)).as("all have written").isTrue();
    String found = Files.readString(file);
    assertThat(found).hasSize(200_000).isEqualTo(found.substring(0, 1).repeat(200_000));
    assertThat(names()).containsExactly("a");
  }
}
