package dev.meander.core.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A file that appears whole or not at all: written beside its place, forced to the disk, then
 * renamed, so that a reader sees the old file or the new one and a full disk leaves the old one. A
 * symbolic link is followed and stays; the permissions of a file that is replaced are kept; what is
 * no regular file is never replaced. Of several writers at once one wins, whole.
 *
 * <p>Thread-safety: stateless.
 */
public final class WholeFile {

  /** How often a name beside the file may be taken. */
  private static final int NAMES_TRIED = 1_000;

  /** Number of the next file of this process, so that no name comes back. */
  private static final AtomicLong NEXT = new AtomicLong();

  private WholeFile() {}

  /** Puts bytes into a new file; a test's own fails as disks do. */
  @FunctionalInterface
  interface Filling {
    void fill(FileChannel part) throws IOException;
  }

  /**
   * Looks whether {@code file} could be written, before minutes of work are spent on it.
   *
   * @throws FileRefusedException when it cannot
   */
  public static void check(Path file) {
    FilePlace.of(file);
  }

  /**
   * Writes {@code text} as UTF-8.
   *
   * @throws FileRefusedException when it cannot be written; what was there is as it was
   */
  public static void write(Path file, String text) {
    write(file, text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Writes {@code bytes}.
   *
   * @throws FileRefusedException when it cannot be written; what was there is as it was
   */
  public static void write(Path file, byte[] bytes) {
    write(
        file,
        bytes.length,
        part -> {
          ByteBuffer rest = ByteBuffer.wrap(bytes);
          while (rest.hasRemaining()) {
            part.write(rest);
          }
        });
  }

  static void write(Path file, long bytes, Filling filling) {
    Path target = FilePlace.of(file);
    try {
      Path part = fill(target, filling);
      try {
        keepPermissions(target, part);
        Files.move(
            part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } catch (IOException | RuntimeException e) {
        Files.deleteIfExists(part);
        throw e;
      }
      forceFolder(target);
    } catch (IOException e) {
      throw FileRefusedException.whileWriting(
          WriteFailure.message(e, file, FilePlace.folder(target), bytes), e);
    }
  }

  /** A new file beside {@code target} with the bytes on the disk; none when that fails. */
  private static Path fill(Path target, Filling filling) throws IOException {
    Path part = FilePlace.folder(target);
    for (int i = 0; i < NAMES_TRIED; i++) {
      // a name of its own, not one made of the target's, which may be as long as names can be
      part =
          target.resolveSibling(
              ".meander-" + ProcessHandle.current().pid() + "-" + NEXT.getAndIncrement() + ".part");
      try (FileChannel channel =
          FileChannel.open(part, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        part.toFile().deleteOnExit(); // for Ctrl-C
        filling.fill(channel);
        channel.force(true);
        return part;
      } catch (FileAlreadyExistsException e) {
        continue; // of a process that was killed
      } catch (IOException | RuntimeException e) {
        Files.deleteIfExists(part);
        throw e;
      }
    }
    throw new FileAlreadyExistsException(part.toString());
  }

  private static void keepPermissions(Path target, Path part) throws IOException {
    PosixFileAttributeView old = Files.getFileAttributeView(target, PosixFileAttributeView.class);
    if (old != null && Files.exists(target)) {
      Set<PosixFilePermission> permissions = old.readAttributes().permissions();
      Files.setPosixFilePermissions(part, permissions);
    }
  }

  /** A rename is on the disk once its folder is; some file systems cannot be asked for it. */
  private static void forceFolder(Path target) {
    try (FileChannel folder = FileChannel.open(FilePlace.folder(target), StandardOpenOption.READ)) {
      folder.force(true);
    } catch (IOException e) {
      return; // the file is whole either way
    }
  }
}
