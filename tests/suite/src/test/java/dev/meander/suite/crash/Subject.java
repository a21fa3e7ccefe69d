package dev.meander.suite.crash;

import dev.meander.app.GlyphModel;
import dev.meander.core.model.FakeModel;
import dev.meander.core.model.FakeProvider;
import dev.meander.core.model.ModelProvider;
import dev.meander.core.model.ModelSource;
import dev.meander.core.objects.FolderObjectStore;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * What is adapted.
 *
 * @param source the model
 * @param classes of the model
 * @param provider opens it in this process
 * @param chunkBytes size that a version needs several chunks of
 * @param inputs what it is shown
 * @param settings of its learner
 */
record Subject(
    ModelSource source,
    int classes,
    ModelProvider provider,
    int chunkBytes,
    Inputs inputs,
    Map<String, String> settings) {

  /** A bank that is full after three batches and feeds an update per batch. */
  private static final Map<String, String> BANK =
      Map.of("method.name", "rotta", "method.constants", "memory-size=24,update-every=8");

  private static final int SOURCE_SAMPLES = 64;

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
        },
        Map.of());
  }

  /** The small model with a method that keeps a bank of samples, balanced over classes. */
  static Subject remembering(Path folder) {
    return fake(folder).with(BANK);
  }

  /** The small model with a method that keeps prototypes and replays source samples. */
  static Subject replaying(Path folder) {
    Subject fake = fake(folder);
    SplittableRandom random = new SplittableRandom(11);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 0; i < SOURCE_SAMPLES; i++) {
      bytes.write(i % fake.classes());
      for (float value : fake.inputs().draw(i % fake.classes(), random)) {
        bytes.write(Math.round(255 * Math.min(1, Math.max(0, value))));
      }
    }
    try {
      Path file = Files.write(folder.resolve("source.bin"), bytes.toByteArray());
      return fake.with(
          Map.of(
              "method.name",
              "rmt",
              "method.constants",
              "warmup-steps=2,projection-dim=4",
              "method.source",
              file.toString()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The small model with payloads in an object store where they are larger than a chunk. */
  static Subject claiming(Path folder) {
    return fake(folder)
        .with(
            Map.of(
                "publish.payload.max.bytes",
                "64",
                FolderObjectStore.FOLDER.key(),
                folder.resolve("objects").toString()));
  }

  private Subject with(Map<String, String> more) {
    return new Subject(source, classes, provider, chunkBytes, inputs, more);
  }

  /** The built-in model in its real engine, with a method that keeps a bank of samples. */
  static Subject rememberingGlyphs(Path folder) {
    return glyphs(folder).with(BANK);
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
        },
        Map.of());
  }
}
