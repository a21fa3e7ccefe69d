package dev.meander.djl;

import ai.djl.engine.EngineException;
import dev.meander.core.model.ModelRefusedException;
import dev.meander.core.model.ModelSource;
import dev.meander.core.weights.Sha256;
import dev.meander.djl.script.ScalarType;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Optional;

/**
 * A user's model file, checked and patched. The patched copy lies in a private temporary folder
 * until {@link #close}.
 *
 * <p>Thread-safety: none.
 */
final class ModelFile implements AutoCloseable {

  private final Path folder;
  private final ModelArchive archive;
  private final ArchivePatch patch;
  private final Sha256 digest;

  private ModelFile(Path folder, ModelArchive archive, ArchivePatch patch, Sha256 digest) {
    this.folder = folder;
    this.archive = archive;
    this.patch = patch;
    this.digest = digest;
  }

  /**
   * Reads, checks and patches the file of {@code source}. It is read once, so that what is loaded
   * is what was digested.
   *
   * @throws ModelRefusedException when it cannot be adapted
   */
  static ModelFile prepare(ModelSource source) {
    return prepare(source, Path.of(System.getProperty("java.io.tmpdir")));
  }

  /** As {@link #prepare(ModelSource)}, with the private folder inside {@code temporary}. */
  static ModelFile prepare(ModelSource source, Path temporary) {
    Path file = source.file();
    if (!Files.isRegularFile(file)) {
      throw new ModelRefusedException("expected a model file, found none at " + file);
    }
    try {
      Path folder = Files.createTempDirectory(temporary, "meander-model-");
      try {
        Sha256 digest = copy(file, original(folder));
        ModelArchive archive = ModelArchive.read(original(folder), file);
        checkTensors(archive);
        ArchivePatch patch = ArchivePatch.apply(archive);
        patch.write(original(folder), archive, patched(folder));
        return new ModelFile(folder, archive, patch, digest);
      } catch (IOException | RuntimeException e) {
        delete(folder);
        throw e;
      }
    } catch (IOException e) {
      throw new UncheckedIOException("expected to read " + file + ", found " + e.getMessage(), e);
    }
  }

  private static Path original(Path folder) {
    return folder.resolve("original.pt");
  }

  private static Path answering(Path folder) {
    return folder.resolve("answering.pt");
  }

  private static Path patched(Path folder) {
    return folder.resolve("patched.pt");
  }

  private static Sha256 copy(Path from, Path to) throws IOException {
    MessageDigest digest = Sha256.digest();
    try (InputStream in = Files.newInputStream(from);
        OutputStream out = new DigestOutputStream(Files.newOutputStream(to), digest)) {
      in.transferTo(out);
    }
    return Sha256.of(digest);
  }

  private static void checkTensors(ModelArchive archive) {
    if (archive.entries().stream().noneMatch(ModelArchive.Entry::parameter)) {
      throw new ModelRefusedException(
          "expected trainable weights, found a frozen module without parameters at "
              + archive.file()
              + "; export with torch.jit.script or torch.jit.trace and save it before"
              + " torch.jit.freeze or torch.jit.optimize_for_inference");
    }
    for (ModelArchive.Entry entry : archive.entries()) {
      checkType(archive, entry);
      if (entry.parameter() && !entry.tensor().isRowMajor()) {
        throw new ModelRefusedException(
            "expected weights stored row by row, found strides "
                + Arrays.toString(entry.tensor().strides())
                + " for shape "
                + Arrays.toString(entry.tensor().shape())
                + " in "
                + entry.name()
                + " of "
                + archive.file()
                + "; export after model.to(memory_format=torch.contiguous_format)");
      }
    }
  }

  /** Reads the type from the file: asking the engine to convert some types ends the process. */
  private static void checkType(ModelArchive archive, ModelArchive.Entry entry) {
    String stored = entry.tensor().storageName();
    Optional<ScalarType> type = ScalarType.ofStorage(stored);
    boolean weights = entry.parameter() || type.isEmpty() || type.get().isFloating();
    if (weights && type.filter(ScalarType.FLOAT32::equals).isEmpty()) {
      throw new ModelRefusedException(
          "expected float32 weights, found "
              + type.map(ScalarType::toString).orElse(stored)
              + " in "
              + entry.name()
              + " of "
              + archive.file()
              + (stored.equals("quantised")
                  ? "; export the model before it is quantised"
                  : "; export after model.float()"));
    }
  }

  ModelArchive archive() {
    return archive;
  }

  ArchivePatch patch() {
    return patch;
  }

  /** Digest of the file as the user gave it. */
  Sha256 digest() {
    return digest;
  }

  /**
   * Loads one copy.
   *
   * @throws ModelRefusedException when the engine cannot
   */
  TorchModule load() {
    return load(patched(folder));
  }

  /**
   * Loads the model as the user gave it; refused as by {@link #load()}. Where forward cannot be
   * called or read as it is, it has a method more that does so, and nothing else is changed.
   */
  TorchModule loadUntouched() {
    if (patch.asIs()) {
      return load(original(folder));
    }
    try {
      ModelArchive untouched = ModelArchive.read(original(folder), archive.file());
      ArchivePatch answering = ArchivePatch.answering(untouched);
      answering.write(original(folder), untouched, answering(folder));
      return load(answering(folder));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Method of {@link #loadUntouched} that answers. */
  String untouchedMethod() {
    return patch.asIs() ? "forward" : ArchivePatch.ANSWER;
  }

  private TorchModule load(Path content) {
    try {
      return new TorchModule(content);
    } catch (EngineException e) {
      throw new ModelRefusedException(
          "expected a TorchScript archive that the engine can load, found "
              + archive.file()
              + ": "
              + EngineReason.of(e)
              + ModelArchive.EXPORT,
          e);
    }
  }

  private static void delete(Path folder) throws IOException {
    Files.deleteIfExists(original(folder));
    Files.deleteIfExists(answering(folder));
    Files.deleteIfExists(patched(folder));
    Files.deleteIfExists(folder);
  }

  @Override
  public void close() {
    try {
      delete(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
