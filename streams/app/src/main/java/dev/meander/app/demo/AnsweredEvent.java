package dev.meander.app.demo;

/**
 * One request of the stream and the answer as served.
 *
 * @param position position in the stream
 * @param segment name of the drift segment
 * @param pixels the input in steps of 1/255, so that a whole run fits in memory
 * @param label true class
 * @param lineage lineage the answer was stamped with; empty when it was not
 * @param version version the answer was stamped with; -1 when it was not
 * @param logits the answer, one value per class
 */
record AnsweredEvent(
    int position,
    String segment,
    byte[] pixels,
    int label,
    String lineage,
    long version,
    float[] logits) {

  /** The input as the model sees it. */
  float[] input() {
    float[] input = new float[pixels.length];
    for (int i = 0; i < input.length; i++) {
      input[i] = (pixels[i] & 0xff) / 255f;
    }
    return input;
  }

  /** {@code input} in steps of 1/255; exact for images that were quantised before. */
  static byte[] pixels(float[] input) {
    byte[] pixels = new byte[input.length];
    for (int i = 0; i < input.length; i++) {
      pixels[i] = (byte) Math.round(input[i] * 255);
    }
    return pixels;
  }
}
