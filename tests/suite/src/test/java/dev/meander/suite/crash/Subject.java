package dev.meander.suite.crash;

import dev.meander.app.GlyphModel;
import dev.meander.core.model.FakeModel;
import dev.meander.core.model.FakeProvider;
import dev.meander.core.model.ModelProvider;
import dev.meander.core.model.ModelSource;
import java.nio.file.Path;
import java.util.SplittableRandom;

/**
 * What is adapted.
 *
 * @param source the model
 * @param classes of the model
 * @param provider opens it in this process
 * @param chunkBytes size that a version needs several chunks of
 * @param inputs what it is shown
 */
record Subject(
    ModelSource source, int classes, ModelProvider provider, int chunkBytes, Inputs inputs) {

  /** Draws inputs. */
  interface Inputs {
    float[] draw(int label, SplittableRandom random);
  }

  /** A small model in plain Java. */
  static Subject fake(Path folder) {
    int classes = 4;
    int[] shape = {3, 4, 4};
    FakeModel model = new FakeModel("fake", shape, classes, 1);
    Path file = FakeProvider.write(folder.resolve("model.fake"), classes, 1);
    return new Subject(
        new ModelSource("fake", file, 1, shape),
        classes,
        new FakeProvider(),
        64,
        (label, random) -> {
          float[] input = model.input(label, random, 0.3);
          for (int i = 0; i < input.length; i++) {
            input[i] += 0.5f;
          }
          return input;
        });
  }

  /** The built-in model in its real engine. */
  static Subject glyphs(Path folder) {
    int[] shape = {3, 32, 32};
    ModelSource source = new ModelSource(GlyphModel.NAME, GlyphModel.unpack(folder), 1, shape);
    return new Subject(
        source,
        10,
        ModelProvider.forSource(source),
        2_048,
        (label, random) -> {
          float[] input = new float[3 * 32 * 32];
          for (int i = 0; i < input.length; i++) {
            input[i] = (label + random.nextFloat()) / 10;
          }
          return input;
        });
  }
}
