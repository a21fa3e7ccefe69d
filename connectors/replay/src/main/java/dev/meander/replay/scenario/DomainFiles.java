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
import dev.meander.replay.data.TableOptions;
import dev.meander.replay.file.DataFolder;
import dev.meander.replay.file.FileBytes;
import dev.meander.replay.file.FileRefusedException;
import dev.meander.replay.file.Table;
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
    return open(location, cacheBytes, TableOptions.USUAL);
  }

  /**
   * Opens data.
   *
   * @param table how a table of rows is read, if it is one
   * @throws dev.meander.replay.data.DataSetRefusedException when it is nothing that is known, or
   *     damaged
   */
  public static Domains open(String location, long cacheBytes, TableOptions table) {
    try {
      return find(location, cacheBytes, table);
    } catch (FileRefusedException e) {
      throw new DataSetRefusedException(String.valueOf(e.getMessage()), e);
    }
  }

  /** True when a path is that of a table, or of a folder whose only data is one. */
  public static boolean isTable(String location) {
    Path path = Path.of(location);
    if (!Files.isDirectory(path)) {
      return !location.equals(GLYPHS) && Table.isName(location);
    }
    boolean images =
        Files.isRegularFile(path.resolve(CorruptionArchive.LABELS))
            || Stream.of(Format.values()).anyMatch(f -> CifarDataSet.find(f, path).isPresent())
            || IdxDataSet.find(path).isPresent();
    return !images && csvFiles(path).size() == 1;
  }

  private static Domains find(String location, long cacheBytes, TableOptions table) {
    if (location.equals(GLYPHS)) {
      return new GeneratedDomains(
          new GlyphDataSet(GlyphDataSet.Part.TEST, GLYPHS_SEED, GLYPHS_SIZE),
          new GlyphDataSet(GlyphDataSet.Part.TRAIN, GLYPHS_SEED, GLYPHS_SIZE),
          new Corruptor(FrostTextures.drawn()),
          cacheBytes);
    }
    Path path = Path.of(location);
    if (Files.isDirectory(path)) {
      return folder(path, cacheBytes, table);
    }
    if (!Files.exists(path)) {
      throw new DataSetRefusedException(
          "expected %s, a file or a folder, found nothing at %s".formatted(GLYPHS, location));
    }
    FileBytes.checkPlain(path);
    if (Table.isName(location)) {
      return new RecordedStream(CsvDataSet.open(path, table));
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

  private static Domains folder(Path path, long cacheBytes, TableOptions table) {
    Optional<Format> cifar =
        Stream.of(Format.values())
            .filter(format -> CifarDataSet.find(format, path).isPresent())
            .findFirst();
    if (Files.isRegularFile(path.resolve(CorruptionArchive.LABELS))) {
      CorruptionArchive archive = CorruptionArchive.open(path);
      return new ArchivedDomains(
          archive,
          cifar.map(format -> CifarDataSet.open(format, path)).orElse(null),
          SourceFiles.beside(path, archive.classNames().size()).orElse(null));
    }
    if (cifar.isPresent()) {
      return cifar(cifar.get(), path, path.resolve(FROST), cacheBytes);
    }
    if (IdxDataSet.find(path).isPresent()) {
      Corruptor corruptor = new Corruptor(frost(path.resolve(FROST)));
      DataSet source = IdxDataSet.findTraining(path).map(IdxDataSet::of).orElse(null);
      return new GeneratedDomains(IdxDataSet.open(path), source, corruptor, cacheBytes);
    }
    List<String> streams = csvFiles(path);
    if (streams.size() == 1) {
      return new RecordedStream(CsvDataSet.open(path.resolve(streams.get(0)), table));
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
                path + FolderHint.of(path)));
  }

  /**
   * Text files are taken by name only when they are named themselves: many folders have a README.
   */
  private static List<String> csvFiles(Path folder) {
    return DataFolder.files(folder).stream()
        .map(file -> file.getFileName().toString())
        .filter(name -> Table.isName(name) && !name.toLowerCase(Locale.ROOT).contains(".txt"))
        .toList();
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
