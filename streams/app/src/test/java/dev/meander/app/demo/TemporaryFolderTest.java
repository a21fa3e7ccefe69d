package dev.meander.app.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TemporaryFolderTest {

  private static void fill(Path folder) throws Exception {
    Path deep = Files.createDirectories(folder.resolve("a/b"));
    Files.writeString(deep.resolve("file"), "x");
  }

  @Test
  void shouldRemoveEverythingWhenClosed() throws Exception {
    TemporaryFolder folder = TemporaryFolder.create(false);
    assertThat(folder.path()).isDirectory();
    fill(folder.path());
    folder.close();
    assertThat(folder.path()).doesNotExist();
    folder.close();
  }

  @Test
  void shouldKeepEverythingWhenAsked(@TempDir Path parent) throws Exception {
    Path kept = Files.createDirectory(parent.resolve("kept"));
    fill(kept);
    new TemporaryFolder(kept, true).close();
    assertThat(kept.resolve("a/b/file")).exists();
  }
}
