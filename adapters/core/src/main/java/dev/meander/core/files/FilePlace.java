package dev.meander.core.files;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Where a path leads, and whether a file may be put there. */
final class FilePlace {

  private static final int LINKS_MAX = 40;

  /** Folders whose entries stand for devices and for what other processes hold open. */
  private static final List<Path> DEVICES =
      List.of(Path.of("/dev"), Path.of("/proc"), Path.of("/sys"));

  private static final Path MEMORY = Path.of("/dev/shm");

  private FilePlace() {}

  /**
   * The place of {@code file} with its symbolic links followed.
   *
   * @throws FileRefusedException when no file may be put there
   */
  static Path of(Path file) {
    try {
      Path target = followed(file);
      Path folder = folder(target);
      if (!Files.isDirectory(folder) || Files.isDirectory(target)) {
        throw refused("expected a file in an existing folder, found " + file);
      }
      BasicFileAttributes there = attributes(target);
      if ((there != null && !there.isRegularFile()) || isDevice(target)) {
        throw refused(
            "expected a file that can be replaced, found "
                + file
                + ", a pipe, a device or a socket");
      }
      if (there != null && isReadOnly(target)) {
        throw refused(
            "expected a file that may be written, found " + file + ", which is read-only");
      }
      if (!Files.isWritable(folder)) {
        throw refused("expected a folder that this user may write to, found " + folder);
      }
      return target;
    } catch (FileSystemException e) {
      throw FileRefusedException.ofPlace(WriteFailure.ofPlace(e, file), e);
    } catch (IOException e) {
      throw FileRefusedException.ofPlace(WriteFailure.other(e, file), e);
    }
  }

  private static Path followed(Path file) throws IOException {
    Path place = file.toAbsolutePath();
    for (int i = 0; i < LINKS_MAX; i++) {
      if (!Files.isSymbolicLink(place)) {
        return place.normalize().equals(place) ? place : inRealFolder(place);
      }
      if (isDevice(place)) {
        return place; // a device behind a link, and a link of /proc that names no path
      }
      place = folder(place).resolve(Files.readSymbolicLink(place));
    }
    throw refused("expected a file, found " + file + ", a symbolic link that leads to itself");
  }

  /** A path with {@code ..} in it, which may go through links. */
  private static Path inRealFolder(Path place) throws IOException {
    Path folder = folder(place);
    Path name = place.getFileName();
    return name == null || !Files.isDirectory(folder) ? place : folder.toRealPath().resolve(name);
  }

  private static boolean isDevice(Path place) {
    return DEVICES.stream().anyMatch(place::startsWith) && !place.startsWith(MEMORY);
  }

  /** Null when nothing is there. */
  private static @Nullable BasicFileAttributes attributes(Path target) throws IOException {
    try {
      return Files.readAttributes(target, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  /** A file that nobody may write was meant to stay, even where this user may do everything. */
  private static boolean isReadOnly(Path target) throws IOException {
    if (!Files.isWritable(target)) {
      return true;
    }
    if (!Files.getFileStore(target).supportsFileAttributeView("posix")) {
      return false;
    }
    Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(target);
    return !permissions.contains(PosixFilePermission.OWNER_WRITE)
        && !permissions.contains(PosixFilePermission.GROUP_WRITE)
        && !permissions.contains(PosixFilePermission.OTHERS_WRITE);
  }

  /** The folder that {@code place}, an absolute path, is in; itself when it is the root. */
  static Path folder(Path place) {
    Path folder = place.getParent();
    return folder == null ? place : folder;
  }

  /** Bytes of the last part of a path, as file systems count them. */
  static int nameLength(Path file) {
    return String.valueOf(file.getFileName()).getBytes(StandardCharsets.UTF_8).length;
  }

  private static FileRefusedException refused(String message) {
    return FileRefusedException.ofPlace(message, new IllegalArgumentException(message));
  }
}
