package dev.meander.core.files;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;

/** What is said when a file cannot be written. */
final class WriteFailure {

  /** Longest name that common file systems take. */
  private static final int NAME_BYTES_MAX = 255;

  /** A disk with less room than this is full: file systems count in blocks. */
  private static final long BLOCK_BYTES = 4_096;

  private WriteFailure() {}

  /**
   * The message for a write that failed.
   *
   * @param bytes the file was to have
   */
  static String message(IOException failure, Path file, Path folder, long bytes) {
    return isFull(failure, folder)
        ? String.format(
            Locale.ROOT,
            "expected room for %,d bytes in %s, found none; %s is as it was",
            bytes,
            folder,
            file)
        : ofPlace(failure, file);
  }

  static String ofPlace(IOException failure, Path file) {
    if (FilePlace.nameLength(file) > NAME_BYTES_MAX) {
      return "expected a name of at most "
          + NAME_BYTES_MAX
          + " bytes, found one of "
          + FilePlace.nameLength(file)
          + " bytes";
    }
    if (failure instanceof NoSuchFileException) {
      return "expected a file in an existing folder, found " + file;
    }
    if (failure instanceof AccessDeniedException) {
      return "expected a file that this user may write, found " + file;
    }
    return other(failure, file);
  }

  static String ofFolder(IOException failure, Path folder) {
    String reason = failure instanceof FileSystemException e ? e.getReason() : failure.getMessage();
    return "expected a folder or a name for one, found "
        + folder
        + (reason == null ? "" : ": " + reason);
  }

  static String other(IOException failure, Path file) {
    String reason = failure instanceof FileSystemException e ? e.getReason() : failure.getMessage();
    return "expected a file that can be written, found " + file + ": " + reason;
  }

  /** Systems say it in the language of the user, so that the room itself is looked at as well. */
  private static boolean isFull(IOException failure, Path folder) {
    String said = String.valueOf(failure.getMessage());
    if (Stream.of("No space left on device", "Disk quota exceeded", "not enough space")
        .anyMatch(said::contains)) {
      return true;
    }
    try {
      return Files.getFileStore(folder).getUsableSpace() < BLOCK_BYTES;
    } catch (IOException e) {
      return false;
    }
  }
}
