package dev.meander.core.head;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Heads for tests. */
public final class Heads {

  private Heads() {}

  /** Random floats around 0 in every block, around 1 in gains and variances. */
  public static HeadFile random(HeadShape shape, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    HeadNetwork network = new HeadNetwork(shape);
    float[] floats = new float[network.layout.size()];
    network
        .layout
        .blocks()
        .forEach(
            block -> {
              boolean scales =
                  block.name().equals(HeadShape.GAIN) || block.name().equals(HeadShape.VARIANCE);
              int from = network.layout.offset(block);
              for (int i = from; i < from + block.size(); i++) {
                floats[i] = (float) ((scales ? 1 : 0) + random.nextDouble() - .5);
              }
            });
    return new HeadFile(
        shape, floats, IntStream.range(0, shape.classes()).mapToObj(c -> "class " + c).toList());
  }

  /** Writes a head. */
  public static Path write(HeadFile head, Path file) {
    try {
      return Files.write(file, head.bytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
