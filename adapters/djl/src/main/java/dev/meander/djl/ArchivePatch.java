package dev.meander.djl;

import dev.meander.djl.script.StoredZip;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * Rewrites the source text of a TorchScript archive, scripted or traced, so that the model port can
 * work: buffers become visible and writable, every batch norm follows what is set at run time
 * ({@link BatchNormPatch}), features come beside logits ({@link FeaturePatch}).
 *
 * @param passMethods methods that may answer (features, logits), the most trusted first
 * @param norms the batch norms that follow what is set at run time
 */
record ArchivePatch(List<String> passMethods, SteeredNorms norms) {

  private static final String SOURCE_POSITIONS = ".debug_pkl";
  private static final String NORM_FUNCTIONS = "/code/__torch__/meander_steered_norms.py";

  /** Patches {@code archive} in place. */
  static ArchivePatch apply(ModelArchive archive) {
    SteeredNorms norms = BatchNormPatch.apply(archive);
    archive.classes().forEach(ScriptClass::exposeBuffers);
    ScriptClass root = archive.rootClass();
    return new ArchivePatch(root == null ? List.of() : FeaturePatch.apply(root), norms);
  }

  /** Writes {@code original} with the patched text of {@code archive} to {@code target}. */
  void write(Path original, ModelArchive archive, Path target) throws IOException {
    try (ZipFile zip = new ZipFile(original.toFile());
        StoredZip out = new StoredZip(target)) {
      for (ZipEntry entry : Collections.list(zip.entries())) {
        if (entry.getName().endsWith(SOURCE_POSITIONS)) {
          continue; // they would point into the old text
        }
        String patched = archive.source(entry.getName());
        byte[] content =
            patched == null ? content(zip, entry) : patched.getBytes(StandardCharsets.UTF_8);
        boolean description = entry.getName().equals(archive.folder() + "/data.pkl");
        out.add(entry.getName(), description ? norms.extended(content) : content);
      }
      out.add(archive.folder() + NORM_FUNCTIONS, SteeredNorms.text());
      for (Map.Entry<String, byte[]> storage : norms.storages().entrySet()) {
        out.add(archive.folder() + "/data/" + storage.getKey(), storage.getValue());
      }
    }
  }

  private static byte[] content(ZipFile zip, ZipEntry entry) throws IOException {
    try (InputStream in = zip.getInputStream(entry)) {
      return in.readAllBytes();
    }
  }
}
