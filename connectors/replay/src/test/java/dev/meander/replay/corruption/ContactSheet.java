package dev.meander.replay.corruption;

import dev.meander.replay.data.DataSet;
import java.awt.image.BufferedImage;

/**
 * Every corruption in a row of its own, in the order of the constants: a clean picture, then
 * severities 1 to 5. Each row shows another picture of the data set.
 */
final class ContactSheet {

  private static final int GAP = 2;

  private final DataSet data;

  ContactSheet(DataSet data) {
    this.data = data;
  }

  BufferedImage paint() {
    int[] shape = data.inputShape();
    int cell = shape[1] + GAP;
    int rows = Corruption.values().length;
    int columns = 1 + Corruption.SEVERITY_MAX;
    BufferedImage sheet =
        new BufferedImage(columns * cell + GAP, rows * cell + GAP, BufferedImage.TYPE_INT_RGB);
    for (Corruption corruption : Corruption.values()) {
      int row = corruption.ordinal();
      float[] clean = data.image(row);
      paint(sheet, clean, GAP, GAP + row * cell);
      for (int severity = 1; severity <= Corruption.SEVERITY_MAX; severity++) {
        float[] image = corruption.apply(clean, shape, severity, 1, row);
        paint(sheet, image, GAP + severity * cell, GAP + row * cell);
      }
    }
    return sheet;
  }

  private void paint(BufferedImage sheet, float[] image, int left, int top) {
    int[] shape = data.inputShape();
    int plane = shape[1] * shape[2];
    for (int y = 0; y < shape[1]; y++) {
      for (int x = 0; x < shape[2]; x++) {
        int at = y * shape[2] + x;
        int rgb = 0;
        for (int c = 0; c < 3; c++) {
          rgb = rgb << 8 | Math.round(image[c * plane + at] * 255);
        }
        sheet.setRGB(left + x, top + y, rgb);
      }
    }
  }
}
