package dev.meander.app;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The built-in classifier of glyphs, made by {@code meander train --out
 * streams/app/src/main/resources/dev/meander/app/glyphs.pt --seed 1 --epochs 8}.
 */
public final class GlyphModel {

  /** Name of the model, first half of its lineages. */
  public static final String NAME = "glyphs";

  private static final String RESOURCE = "/dev/meander/app/glyphs.pt";

  private GlyphModel() {}

  /** Unpacks the model into {@code folder}. */
  public static Path unpack(Path folder) {
    Path file = folder.resolve("glyphs.pt");
    try (InputStream in = GlyphModel.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException("expected the resource " + RESOURCE + ", found none");
      }
      Files.copy(in, file);
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot unpack the built-in model to " + file, e);
    }
  }
}
