package dev.meander.djl;

import dev.meander.core.model.ModelRefusedException;
import dev.meander.core.weights.Role;
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
 * @param asIs whether {@code forward} can be called with one tensor and answers one as it is
 * @param passMethods methods that may answer (features, result of the layer that sees them, what
 *     the model answers), those of the last layers first
 * @param norms the batch norms that follow what is set at run time
 * @param gains roles of the gains and shifts of all norms by name
 */
record ArchivePatch(
    boolean asIs, List<String> passMethods, SteeredNorms norms, Map<String, Role> gains) {

  /** The method that answers without features. */
  static final String ANSWER = "meander_answer";

  private static final String SOURCE_POSITIONS = ".debug_pkl";
  private static final String NORM_FUNCTIONS = "/code/__torch__/meander_steered_norms.py";

  /** Patches {@code archive} in place. */
  static ArchivePatch apply(ModelArchive archive) {
    OutputPatch outputs = outputs(archive);
    Map<String, Role> gains = NormGains.of(archive);
    SteeredNorms norms = BatchNormPatch.apply(archive);
    archive.classes().forEach(ScriptClass::exposeBuffers);
    List<String> passes = FeaturePatch.apply(root(archive), archive.classes(), outputs);
    addAnswer(archive, outputs);
    return new ArchivePatch(outputs.isAsIs(), passes, norms, gains);
  }

  /** Adds to {@code archive} nothing but the method that answers. */
  static ArchivePatch answering(ModelArchive archive) {
    OutputPatch outputs = outputs(archive);
    addAnswer(archive, outputs);
    return new ArchivePatch(outputs.isAsIs(), List.of(), SteeredNorms.NONE, Map.of());
  }

  private static void addAnswer(ModelArchive archive, OutputPatch outputs) {
    root(archive).putMethod(ANSWER, outputs.method(ANSWER, "", "forward", "", List.of()));
  }

  private static ScriptClass root(ModelArchive archive) {
    ScriptClass root = archive.rootClass();
    if (root == null) {
      throw new ModelRefusedException(
          "expected a model with its code, found none in " + archive.file() + ModelArchive.EXPORT);
    }
    return root;
  }

  private static OutputPatch outputs(ModelArchive archive) {
    OutputPatch outputs = OutputPatch.of(root(archive), archive.classesByName());
    if (outputs == null) {
      throw new ModelRefusedException(
          "expected a model with forward(x), found none in "
              + archive.file()
              + ModelArchive.EXPORT);
    }
    if (!outputs.wanting().isEmpty()) {
      throw new ModelRefusedException(
          "expected a model that is called with one tensor, found that forward of "
              + archive.file()
              + " wants "
              + outputs.wanting()
              + "; export a module whose forward(x) fills in the rest");
    }
    return outputs;
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
