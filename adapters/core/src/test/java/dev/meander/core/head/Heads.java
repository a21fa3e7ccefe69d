package dev.meander.core.head;

import dev.meander.core.model.AdaptableModel;
import dev.meander.core.model.FakeModel;
import dev.meander.core.model.ModelSpec;
import dev.meander.core.weights.Block;
import dev.meander.core.weights.Layout;
import dev.meander.core.weights.Sha256;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
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

  /**
   * A head that computes what a network whose chunks are single floats computes.
   *
   * @param rank of a residual that is off at first
   */
  public static AdaptableModel like(FakeModel network, int rank) {
    ModelSpec spec = network.spec();
    HeadShape shape = new HeadShape(spec.featureWidth(), rank, spec.classes());
    HeadFile random = random(shape, 1);
    Layout layout = shape.layout();
    float[] floats = random.floats();
    for (Block block : layout.blocks()) {
      int at = layout.offset(block);
      if (block.name().equals(HeadShape.UP)) {
        Arrays.fill(floats, at, at + block.size(), 0);
      } else if (!block.name().equals(HeadShape.DOWN)) {
        Block same = new Block(block.name().replace("linear", "head"), block.role(), block.shape());
        float[] values = new float[block.size()];
        network.readBase(same, values);
        System.arraycopy(values, 0, floats, at, values.length);
      }
    }
    return open(random);
  }

  /** The model of a head, without a file. */
  public static AdaptableModel open(HeadFile head) {
    HeadNetwork network = new HeadNetwork(head.shape());
    int[] input = {network.features};
    ModelSpec spec =
        new ModelSpec(
            "m",
            Sha256.of(head.bytes()),
            input,
            network.classes,
            network.features,
            network.layout,
            HeadProvider.ENGINE,
            1);
    return new HeadModel(spec, network, head.floats());
  }
}
