package dev.meander.replay.scenario;

import dev.meander.replay.corruption.Corruptor;
import dev.meander.replay.corruption.FrostTextures;
import dev.meander.replay.data.CifarDataSet;
import dev.meander.replay.data.CifarDataSet.Format;
import dev.meander.replay.data.CorruptionArchive;
import dev.meander.replay.data.CsvDataSet;
import dev.meander.replay.data.DataSet;
import dev.meander.replay.data.DataSetRefusedException;
import dev.meander.replay.data.GlyphDataSet;
import dev.meander.replay.data.IdxDataSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds out what a user's data is and opens it. */
public final class DomainFiles {

  /** What stands for the built-in images. */
  public static final String GLYPHS = "glyphs";

  private static final String FROST = "frost";
  private static final String CSV = ".csv";
  private static final int GLYPHS_SIZE = 10_000;
  private static final long GLYPHS_SEED = 1;

  private DomainFiles() {}

  /**
   * Opens data.
   *
   * @param location {@link #GLYPHS}, or a path
   * @param cacheBytes memory for corrupted images
   * @throws dev.meander.replay.data.DataSetRefusedException when it is nothing that is known, or
   *     damaged
   */
  public static Domains open(String location, long cacheBytes) {
    if (location.equals(GLYPHS)) {
      return new GeneratedDomains(
          new GlyphDataSet(GlyphDataSet.Part.TEST, GLYPHS_SEED, GLYPHS_SIZE),
          new GlyphDataSet(GlyphDataSet.Part.TRAIN, GLYPHS_SEED, GLYPHS_SIZE),
          new Corruptor(FrostTextures.drawn()),
          cacheBytes);
    }
    Path path = Path.of(location);
    if (Files.isDirectory(path)) {
      return folder(path, cacheBytes);
    }
    if (!Files.isRegularFile(path)) {
      throw new DataSetRefusedException(
          "expected %s, a file or a folder, found nothing at %s".formatted(GLYPHS, location));
    }
    if (location.toLowerCase(Locale.ROOT).endsWith(CSV)) {
      return new RecordedStream(CsvDataSet.open(path));
    }
    Format format = CifarDataSet.formatOf(size(path)).orElse(Format.CIFAR_10);
    return cifar(format, path, path.resolveSibling(FROST), cacheBytes);
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new DataSetRefusedException("expected to read " + file + ", found " + e, e);
    }
  }

  private static Domains folder(Path path, long cacheBytes) {
    Optional<Format> cifar =
        Stream.of(Format.values())
            .filter(format -> CifarDataSet.find(format, path).isPresent())
            .findFirst();
    if (Files.isRegularFile(path.resolve(CorruptionArchive.LABELS))) {
      CorruptionArchive archive = CorruptionArchive.open(path);
      return new ArchivedDomains(
          archive, cifar.map(format -> CifarDataSet.open(format, path)).orElse(null));
    }
    if (cifar.isPresent()) {
      return cifar(cifar.get(), path, path.resolve(FROST), cacheBytes);
    }
    if (IdxDataSet.find(path).isPresent()) {
      Corruptor corruptor = new Corruptor(frost(path.resolve(FROST)));
      return new GeneratedDomains(IdxDataSet.open(path), null, corruptor, cacheBytes);
    }
    List<String> streams = csvFiles(path);
    if (streams.size() == 1) {
      return new RecordedStream(CsvDataSet.open(path.resolve(streams.get(0))));
    }
    if (!streams.isEmpty()) {
      throw new DataSetRefusedException(
          "expected one CSV stream in %s, found %s; name one of them"
              .formatted(path, String.join(", ", streams)));
    }
    throw new DataSetRefusedException(
        "expected CIFAR images (%s, %s), CIFAR-10-C (%s beside <corruption>.npy) or IDX images (%s) in a folder, or a CSV file; found none of them in %s"
            .formatted(
                String.join(", ", Format.CIFAR_10.places()),
                String.join(", ", Format.CIFAR_100.places()),
                CorruptionArchive.LABELS,
                String.join(", ", IdxDataSet.IMAGES),
                path));
  }

  private static List<String> csvFiles(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.toLowerCase(Locale.ROOT).endsWith(CSV))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new DataSetRefusedException("expected to read " + folder + ", found " + e, e);
    }
  }

  private static Domains cifar(Format format, Path path, Path frost, long cacheBytes) {
    CifarDataSet clean = CifarDataSet.open(format, path);
    DataSet source =
        CifarDataSet.findTraining(format, path)
            .map(file -> CifarDataSet.open(format, file))
            .orElse(null);
    return new GeneratedDomains(clean, source, new Corruptor(frost(frost)), cacheBytes);
  }

  /** The textures that lie beside the data, else drawn ones. */
  private static FrostTextures frost(Path folder) {
    return Files.isDirectory(folder) ? FrostTextures.read(folder) : FrostTextures.drawn();
  }
}
