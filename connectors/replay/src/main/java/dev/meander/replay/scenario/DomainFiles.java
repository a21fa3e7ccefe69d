package dev.meander.replay.scenario;

import dev.meander.replay.data.Cifar10DataSet;
import dev.meander.replay.data.GlyphDataSet;
import java.nio.file.Path;

/** Finds out what a user's data is and opens it. */
public final class DomainFiles {

  /** What stands for the built-in images. */
  public static final String GLYPHS = "glyphs";

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
          new GlyphDataSet(GlyphDataSet.Part.TEST, GLYPHS_SEED, GLYPHS_SIZE), cacheBytes);
    }
    return new GeneratedDomains(Cifar10DataSet.open(Path.of(location)), cacheBytes);
  }
}
