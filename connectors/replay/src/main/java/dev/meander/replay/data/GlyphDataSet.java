package dev.meander.replay.data;

import dev.meander.core.weights.Sha256;
import dev.meander.replay.random.Draws;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * Glyphs drawn on demand: 32x32 colour images of ten classes. An image depends on (part, seed,
 * index) only, so any number of them needs no memory and the parts never share one.
 *
 * <p>Every ten images in a row hold every class once, in random order.
 *
 * <p>Thread-safety: immutable.
 */
public final class GlyphDataSet implements DataSet {

  /** Which images: the parts have nothing in common but the shapes. */
  public enum Part {
    TRAIN(1),
    TEST(2);

    private final int number;

    Part(int number) {
      this.number = number;
    }
  }

  private static final Glyph[] GLYPHS = Glyph.values();
  private static final List<String> CLASS_NAMES = Arrays.stream(GLYPHS).map(Glyph::label).toList();
  private static final int ORDER = 0;
  private static final int PICTURE = 1;

  private final Part part;
  private final long seed;
  private final int size;

  /**
   * @param part train or test images
   * @param seed other seeds give other images
   * @param size number of images, at least 1
   */
  public GlyphDataSet(Part part, long seed, int size) {
    if (size < 1) {
      throw new IllegalArgumentException("expected at least 1 image, found " + size);
    }
    this.part = part;
    this.seed = seed;
    this.size = size;
  }

  @Override
  public String name() {
    return "glyphs";
  }

  @Override
  public Sha256 digest() {
    String text = "glyphs " + part + " " + seed + " " + size;
    return Sha256.of(text.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public float[] image(int index) {
    Glyph glyph = GLYPHS[label(index)];
    return GlyphPainter.paint(glyph, Draws.of(seed, part.number, PICTURE, index));
  }

  @Override
  public int label(int index) {
    Objects.checkIndex(index, size);
    int round = index / GLYPHS.length;
    int[] order = Draws.of(seed, part.number, ORDER, round).permutation(GLYPHS.length);
    return order[index % GLYPHS.length];
  }

  @Override
  public List<String> classNames() {
    return CLASS_NAMES;
  }

  @Override
  public int[] inputShape() {
    return new int[] {GlyphPainter.CHANNELS, GlyphPainter.SIDE, GlyphPainter.SIDE};
  }
}
