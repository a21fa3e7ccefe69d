package dev.meander.djl;

import dev.meander.core.model.ModelRefusedException;
import dev.meander.djl.script.StoredZip;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * Rewrites the source text of a TorchScript archive, scripted or traced, so that the model port can
 * work: buffers become visible and writable, every batch norm obeys a source share set at run time
 * ({@link BatchNormPatch}), features come beside logits ({@link FeaturePatch}).
 *
 * @param passMethods methods that may answer (features, logits), the most trusted first
 * @param switchedNorms names of the batch norm classes that obey the source share
 */
record ArchivePatch(List<String> passMethods, Set<String> switchedNorms) {

  private static final String SOURCE_POSITIONS = ".debug_pkl";

  /**
   * Patches {@code archive} in place.
   *
   * @throws ModelRefusedException when a batch norm cannot be reached
   */
  static ArchivePatch apply(ModelArchive archive) {
    Set<String> norms = new HashSet<>();
    for (ScriptClass type : archive.classes()) {
      if (BatchNormPatch.applies(type)) {
        BatchNormPatch.apply(type);
        norms.add(type.name());
      } else if (BatchNormPatch.isInlinedIn(type)) {
        throw new ModelRefusedException(
            "expected batch norms as BatchNorm modules of their own, found one computed inside "
                + type.name()
                + " of "
                + archive.file()
                + ModelArchive.EXPORT);
      }
      type.exposeBuffers();
    }
    ScriptClass root = archive.rootClass();
    return new ArchivePatch(root == null ? List.of() : FeaturePatch.apply(root), norms);
  }

  /** Writes {@code original} with the patched text of {@code archive} to {@code target}. */
  static void write(Path original, ModelArchive archive, Path target) throws IOException {
    try (ZipFile zip = new ZipFile(original.toFile());
        StoredZip out = new StoredZip(target)) {
      for (ZipEntry entry : Collections.list(zip.entries())) {
        if (entry.getName().endsWith(SOURCE_POSITIONS)) {
          continue; // they would point into the old text
        }
        String patched = archive.source(entry.getName());
        out.add(
            entry.getName(),
            patched == null ? content(zip, entry) : patched.getBytes(StandardCharsets.UTF_8));
      }
    }
  }

  private static byte[] content(ZipFile zip, ZipEntry entry) throws IOException {
    try (InputStream in = zip.getInputStream(entry)) {
      return in.readAllBytes();
    }
  }
}
