package dev.meander.core.objects;

import dev.meander.core.config.Option;
import dev.meander.core.weights.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Objects as files of one folder that learners and nodes share: {@code ab/sha256-ab...}. A file is
 * written under another name, forced to disk and moved into place at once, so nobody ever reads
 * half of one. It is removed by moving it aside, looking at its age again, and then deleting it, so
 * that a put in between is not lost. Paths are made of digests only, so no name leads out of the
 * folder.
 *
 * <p>Thread-safety: safe, also between processes on one file system.
 */
public final class FolderObjectStore implements ObjectStore {

  /** Value of {@link #FOLDER} that stands for no store. */
  public static final String NONE = "none";

  /** Where the folder is. */
  public static final Option<String> FOLDER =
      Option.text(
          "objects.dir",
          NONE,
          "Folder for payloads too large for the log, the same for learners and nodes; none: there"
              + " is no such place.");

  private static final Pattern NAME = Pattern.compile("sha256-([0-9a-f]{2})[0-9a-f]{62}");
  private static final Pattern SHARD = Pattern.compile("[0-9a-f]{2}");
  private static final Pattern PART = Pattern.compile("\\.sha256-[0-9a-f]{64}\\.[0-9]+\\.part");
  private static final Pattern ASIDE = Pattern.compile("\\.sha256-[0-9a-f]{64}\\.gone");
  private static final int WRITERS_MAX = 1_000;

  private final Path folder;

  /**
   * @param folder created when the first object comes
   */
  public FolderObjectStore(Path folder) {
    this.folder = folder;
  }

  /** The store that a value of {@link #FOLDER} names; empty for {@link #NONE}. */
  public static Optional<ObjectStore> of(String folder) {
    return folder.equals(NONE)
        ? Optional.empty()
        : Optional.of(new FolderObjectStore(Path.of(folder)));
  }

  @Override
  public String put(ByteBuffer content) throws IOException {
    MessageDigest digest = Sha256.digest();
    digest.update(content.duplicate());
    String name = ObjectStore.name(Sha256.of(digest));
    Path file = file(name);
    // written even where it is there: then it is as young as whoever refers to it, and whole
    Files.createDirectories(file.getParent());
    Path part = write(file, content.duplicate());
    try {
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      Files.deleteIfExists(part);
      throw e;
    }
    try (FileChannel directory = FileChannel.open(file.getParent(), StandardOpenOption.READ)) {
      directory.force(true);
    }
    return name;
  }

  /** Writes {@code content} beside {@code file}, under a name nobody else writes to. */
  private static Path write(Path file, ByteBuffer content) throws IOException {
    for (int i = 0; i < WRITERS_MAX; i++) {
      Path part = file.resolveSibling("." + file.getFileName() + "." + i + ".part");
      try (FileChannel channel =
          FileChannel.open(part, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        while (content.hasRemaining()) {
          channel.write(content);
        }
        channel.force(true);
        return part;
      } catch (FileAlreadyExistsException e) {
        continue; // of another writer, or of one that was killed
      } catch (IOException e) {
        Files.deleteIfExists(part);
        throw e;
      }
    }
    throw new IOException(
        "expected fewer than " + WRITERS_MAX + " unfinished copies of " + file + ", found more");
  }

  private Path file(String name) {
    return folder.resolve(name.substring(7, 9)).resolve(name);
  }

  @Override
  public Reading get(String name, int bytesMax) {
    if (!NAME.matcher(name).matches()) {
      return new Reading.Refused(
          Reason.MALFORMED,
          "expected an object named sha256- and 64 hexadecimal digits, found \"" + name + "\"");
    }
    try (FileChannel channel =
        FileChannel.open(file(name), StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
      long size = channel.size();
      if (size > bytesMax) {
        return new Reading.Refused(
            Reason.TOO_LARGE,
            "expected object " + name + " to have at most " + bytesMax + " bytes, found " + size);
      }
      ByteBuffer bytes = ByteBuffer.allocate((int) size);
      while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
        // until all of it is read
      }
      return verified(name, bytes.array());
    } catch (NoSuchFileException e) {
      return new Reading.Unavailable("expected object " + name + ", found none");
    } catch (IOException e) {
      return new Reading.Unavailable("expected object " + name + ", found " + e);
    }
  }

  private static Reading verified(String name, byte[] bytes) {
    String found = ObjectStore.name(Sha256.of(bytes));
    return found.equals(name)
        ? new Reading.Found(bytes)
        : new Reading.Refused(
            Reason.CORRUPT, "expected object " + name + ", found the bytes of " + found);
  }

  @Override
  public void forEach(Consumer<Stored> action) throws IOException {
    for (Path shard : entries(folder, SHARD)) {
      for (Path aside : entries(shard, ASIDE)) {
        putBack(aside); // of a removal that was interrupted
      }
      for (Path file : entries(shard, NAME)) {
        try {
          action.accept(
              new Stored(file.getFileName().toString(), Files.size(file), modified(file)));
        } catch (NoSuchFileException e) {
          continue; // another one removed it
        }
      }
    }
  }

  @Override
  public boolean remove(String name, Instant since) throws IOException {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException("expected the name of an object, found \"" + name + "\"");
    }
    Path file = file(name);
    Path aside = file.resolveSibling("." + name + ".gone");
    try {
      if (!modified(file).isBefore(since)) {
        return false;
      }
      Files.move(file, aside, StandardCopyOption.ATOMIC_MOVE);
      if (!modified(aside).isBefore(since)) {
        putBack(aside);
        return false;
      }
      Files.delete(aside);
      return true;
    } catch (NoSuchFileException e) {
      return false; // another one removed it
    }
  }

  /**
   * A file that was put meanwhile has the same bytes, so it does not matter which of them stays.
   */
  private static void putBack(Path aside) throws IOException {
    String name = aside.getFileName().toString();
    Path file = aside.resolveSibling(name.substring(1, name.length() - ".gone".length()));
    if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      Files.deleteIfExists(aside);
    } else {
      Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE);
    }
  }

  @Override
  public int removeUnfinished(Instant before) throws IOException {
    int removed = 0;
    for (Path shard : entries(folder, SHARD)) {
      for (Path part : entries(shard, PART)) {
        try {
          if (modified(part).isBefore(before) && Files.deleteIfExists(part)) {
            removed++;
          }
        } catch (NoSuchFileException e) {
          continue; // its writer has finished
        }
      }
    }
    return removed;
  }

  private static Instant modified(Path file) throws IOException {
    return Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS).toInstant();
  }

  /** Entries of a folder by name, in order; none of one that is not there. */
  private static List<Path> entries(Path folder, Pattern name) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries
          .filter(entry -> name.matcher(entry.getFileName().toString()).matches())
          .sorted()
          .toList();
    } catch (NoSuchFileException e) {
      return List.of();
    }
  }
}
