package dev.meander.replay.corruption;

import dev.meander.replay.data.DataSet;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/** Pictures of a data set in a grid: one row clean, then one per corruption and severity. */
final class ContactSheet {

  private static final int GAP = 2;

  private final DataSet data;
  private final int columns;
  private final int zoom;

  ContactSheet(DataSet data, int columns, int zoom) {
    this.data = data;
    this.columns = columns;
    this.zoom = zoom;
  }

  /** Writes a sheet with a clean row and one row per corruption and given severity. */
  void write(Path file, int... severities) {
    int[] shape = data.inputShape();
    int cell = shape[1] * zoom + GAP;
    int rows = 1 + Corruption.values().length * severities.length;
    BufferedImage sheet =
        new BufferedImage(columns * cell + GAP, rows * cell + GAP, BufferedImage.TYPE_INT_RGB);
    for (int column = 0; column < columns; column++) {
      int row = 0;
      paint(sheet, data.image(column), GAP + column * cell, GAP);
      for (Corruption corruption : Corruption.values()) {
        for (int severity : severities) {
          float[] image = corruption.apply(data.image(column), shape, severity, 1, column);
          paint(sheet, image, GAP + column * cell, GAP + ++row * cell);
        }
      }
    }
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      ImageIO.write(sheet, "png", file.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void paint(BufferedImage sheet, float[] image, int left, int top) {
    int[] shape = data.inputShape();
    int plane = shape[1] * shape[2];
    for (int y = 0; y < shape[1] * zoom; y++) {
      for (int x = 0; x < shape[2] * zoom; x++) {
        int at = y / zoom * shape[2] + x / zoom;
        int rgb = 0;
        for (int c = 0; c < 3; c++) {
          rgb = rgb << 8 | Math.round(image[c * plane + at] * 255);
        }
        sheet.setRGB(left + x, top + y, rgb);
      }
    }
  }
}
