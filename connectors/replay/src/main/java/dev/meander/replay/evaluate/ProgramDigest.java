package dev.meander.replay.evaluate;

import dev.meander.core.learner.Learner;
import dev.meander.core.weights.Sha256;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.security.MessageDigest;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Identity of the code that makes results: another build may give others. */
final class ProgramDigest {

  private ProgramDigest() {}

  /**
   * Digest over the archives, or folders of classes, that hold the learner, this module and {@code
   * others}.
   */
  static Sha256 of(Class<?>... others) {
    TreeSet<Path> places = new TreeSet<>();
    places.add(place(Learner.class));
    places.add(place(ProgramDigest.class));
    for (Class<?> other : others) {
      places.add(place(other));
    }
    MessageDigest digest = Sha256.digest();
    try {
      for (Path place : places) {
        update(digest, place);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the program's own classes", e);
    }
    return Sha256.of(digest);
  }

  private static Path place(Class<?> type) {
    CodeSource source = type.getProtectionDomain().getCodeSource();
    if (source == null) {
      throw new IllegalStateException("expected " + type + " to come from a file");
    }
    try {
      return Path.of(source.getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException("expected " + type + " to come from a file", e);
    }
  }

  private static void update(MessageDigest digest, Path place) throws IOException {
    List<Path> files;
    try (Stream<Path> walk = Files.walk(place)) {
      files = walk.filter(Files::isRegularFile).sorted().toList();
    }
    for (Path file : files) {
      String name = place.relativize(file).toString();
      digest.update(name.getBytes(StandardCharsets.UTF_8));
      digest.update((byte) 0);
      digest.update(Files.readAllBytes(file));
    }
  }
}
