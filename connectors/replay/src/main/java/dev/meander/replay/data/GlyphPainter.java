package dev.meander.replay.data;

import dev.meander.replay.data.Stroke.Segment;
import dev.meander.replay.random.Draws;

/**
 * Paints one glyph: thin strokes in a colour near the background's, on a background with a gradient
 * and soft blotches, among short loose marks. The ranges are chosen so that a small network learns
 * the clean images, but leans on fine detail that the corruptions take away.
 *
 * <p>Coverage of a pixel is computed from its distance to the strokes, not by a graphics library,
 * so that a picture is the same bytes on every machine.
 */
final class GlyphPainter {

  static final int CHANNELS = 3;
  static final int SIDE = 32;

  private static final double OFFSET_PIXELS_MAX = 4;
  private static final double RADIUS_PIXELS_MIN = 7.5;
  private static final double RADIUS_PIXELS_MAX = 11.5;
  private static final double TURN_DEGREES_MAX = 35;
  private static final double STROKE_PIXELS_MIN = 1.1;
  private static final double STROKE_PIXELS_MAX = 2.0;
  private static final double CONTRAST_MIN = 0.3;
  private static final double CONTRAST_MAX = 0.6;
  private static final double BACKGROUND_MIN = 0.25;
  private static final double BACKGROUND_MAX = 0.7;
  private static final double GRADIENT_MAX = 0.12;
  private static final double BLOTCH_MAX = 0.06;
  private static final int BLOTCH_GRID = 5;
  private static final double GRAIN_MAX = 0.05;
  private static final int MARKS = 4;
  private static final double MARK_PIXELS = 4;

  private final Draws draws;
  private final double[] background = new double[CHANNELS];
  private final double[] foreground = new double[CHANNELS];
  private final double[][] slope = new double[CHANNELS][2];
  private final double[] blotch = new double[CHANNELS];
  private final double[] blotches = new double[(BLOTCH_GRID + 1) * (BLOTCH_GRID + 1)];
  private final double halfWidth;
  private final double centreX;
  private final double centreY;
  private final double radius;
  private final double cosTurn;
  private final double sinTurn;
  private final Segment[] marks = new Segment[MARKS];

  private GlyphPainter(Draws draws) {
    this.draws = draws;
    centreX = SIDE / 2.0 + draws.uniform(-OFFSET_PIXELS_MAX, OFFSET_PIXELS_MAX);
    centreY = SIDE / 2.0 + draws.uniform(-OFFSET_PIXELS_MAX, OFFSET_PIXELS_MAX);
    radius = draws.uniform(RADIUS_PIXELS_MIN, RADIUS_PIXELS_MAX);
    double turn = StrictMath.toRadians(draws.uniform(-TURN_DEGREES_MAX, TURN_DEGREES_MAX));
    cosTurn = StrictMath.cos(turn);
    sinTurn = StrictMath.sin(turn);
    halfWidth = draws.uniform(STROKE_PIXELS_MIN, STROKE_PIXELS_MAX) / 2;
    drawColours();
    drawBackground();
    drawMarks();
  }

  /** Image of {@code glyph}, channels first, in steps of 1/255. */
  static float[] paint(Glyph glyph, Draws draws) {
    return new GlyphPainter(draws).paint(glyph);
  }

  private float[] paint(Glyph glyph) {
    float[] image = new float[CHANNELS * SIDE * SIDE];
    for (int row = 0; row < SIDE; row++) {
      for (int column = 0; column < SIDE; column++) {
        double x = column + 0.5;
        double y = row + 0.5;
        double cover = coverage(glyph, x, y);
        double soft = blotchAt(x, y);
        for (int c = 0; c < CHANNELS; c++) {
          double back =
              background[c]
                  + slope[c][0] * (x / SIDE - 0.5)
                  + slope[c][1] * (y / SIDE - 0.5)
                  + blotch[c] * soft;
          double value =
              back + cover * (foreground[c] - back) + draws.uniform(-GRAIN_MAX, GRAIN_MAX);
          image[(c * SIDE + row) * SIDE + column] = toStep(value);
        }
      }
    }
    return image;
  }

  private double coverage(Glyph glyph, double x, double y) {
    double dx = (x - centreX) / radius;
    double dy = (y - centreY) / radius;
    double distance =
        radius * glyph.distance(cosTurn * dx + sinTurn * dy, cosTurn * dy - sinTurn * dx);
    for (Segment mark : marks) {
      distance = Math.min(distance, mark.distance(x, y));
    }
    return Math.max(0, Math.min(1, halfWidth + 0.5 - distance));
  }

  /** Two colours at a distance within the contrast range, both inside the cube. */
  private void drawColours() {
    boolean inside;
    do {
      double contrast = draws.uniform(CONTRAST_MIN, CONTRAST_MAX);
      double norm = 0;
      for (int c = 0; c < CHANNELS; c++) {
        background[c] = draws.uniform(BACKGROUND_MIN, BACKGROUND_MAX);
        foreground[c] = draws.gaussian();
        norm += foreground[c] * foreground[c];
      }
      inside = true;
      for (int c = 0; c < CHANNELS; c++) {
        foreground[c] = background[c] + contrast * foreground[c] / Math.sqrt(norm);
        inside &= foreground[c] >= 0 && foreground[c] <= 1;
      }
    } while (!inside);
  }

  private void drawBackground() {
    for (int c = 0; c < CHANNELS; c++) {
      slope[c][0] = draws.uniform(-GRADIENT_MAX, GRADIENT_MAX);
      slope[c][1] = draws.uniform(-GRADIENT_MAX, GRADIENT_MAX);
      blotch[c] = draws.uniform(-BLOTCH_MAX, BLOTCH_MAX);
    }
    for (int i = 0; i < blotches.length; i++) {
      blotches[i] = draws.uniform(-1, 1);
    }
  }

  private void drawMarks() {
    for (int i = 0; i < MARKS; i++) {
      double x = draws.uniform(0, SIDE);
      double y = draws.uniform(0, SIDE);
      double angle = draws.uniform(0, 2 * Math.PI);
      marks[i] =
          new Segment(
              x,
              y,
              x + MARK_PIXELS * StrictMath.cos(angle),
              y + MARK_PIXELS * StrictMath.sin(angle));
    }
  }

  /** Bilinear between the values of a coarse grid. */
  private double blotchAt(double x, double y) {
    double gridX = x * BLOTCH_GRID / SIDE;
    double gridY = y * BLOTCH_GRID / SIDE;
    int column = (int) gridX;
    int row = (int) gridY;
    double right = gridX - column;
    double down = gridY - row;
    int at = row * (BLOTCH_GRID + 1) + column;
    double above = blotches[at] * (1 - right) + blotches[at + 1] * right;
    int below = at + BLOTCH_GRID + 1;
    return above * (1 - down)
        + (blotches[below] * (1 - right) + blotches[below + 1] * right) * down;
  }

  private static float toStep(double value) {
    return Math.round(Math.max(0, Math.min(1, value)) * 255) / 255f;
  }
}
