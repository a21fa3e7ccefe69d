package dev.meander.replay.scenario;

import dev.meander.replay.file.DataFolder;
import dev.meander.replay.file.FileBytes;
import dev.meander.replay.file.FileKind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What may be the matter with a folder in which nothing is found, for the end of a message. */
final class FolderHint {

  private FolderHint() {}

  /** What is there instead, in words; or nothing. */
  static String of(Path folder) {
    if (Files.isRegularFile(folder.resolve("cifar-10-batches-py/test_batch"))
        || Files.isRegularFile(folder.resolve("test_batch"))
        || Files.isRegularFile(folder.resolve("cifar-100-python/test"))) {
      return "; it has CIFAR for Python, take the binary version";
    }
    List<Path> files = DataFolder.files(folder);
    if (files.stream().anyMatch(file -> file.toString().endsWith(".npy"))) {
      return "; its .npy files need a labels.npy beside them";
    }
    Optional<Path> idx =
        files.stream()
            .filter(file -> file.toString().matches(".*images[-.]idx3-ubyte"))
            .findFirst();
    if (idx.isPresent()) {
      return "; " + idx.get().getFileName() + " is called another way";
    }
    return files.stream()
        .filter(Files::isReadable)
        .flatMap(
            file ->
                FileKind.of(FileBytes.first(file)).stream()
                    .map(kind -> "; " + file.getFileName() + " is " + kind))
        .findFirst()
        .orElse("");
  }
}
