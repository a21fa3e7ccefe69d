package dev.meander.app.train;

import dev.meander.core.files.TemporaryPlace;
import dev.meander.core.files.WholeFile;
import dev.meander.core.model.AdaptableModel;
import dev.meander.core.model.ModelProvider;
import dev.meander.core.model.ModelSource;
import dev.meander.djl.script.ImageNetwork;
import dev.meander.replay.data.GlyphDataSet;
import dev.meander.replay.data.GlyphDataSet.Part;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;

/** Makes a glyph classifier from nothing: writes the network, trains it, writes it again. */
public final class GlyphTraining {

  private static final String NAME = "glyphs";

  private GlyphTraining() {}

  /**
   * Trains and writes a TorchScript file. The same arguments give the same bytes on one machine
   * when {@code engineThreads} is 1.
   *
   * @param out created or replaced when training is done
   * @param engineThreads threads of one operation; one more draws images
   * @param progress told after every epoch
   * @return percent of clean test images that the written network gets wrong
   */
  public static double write(
      Path out, TrainerConfig config, int engineThreads, Consumer<EpochReport> progress)
      throws IOException, InterruptedException {
    GlyphDataSet glyphs = new GlyphDataSet(Part.TEST, config.seed(), config.testImages());
    int classes = glyphs.classNames().size();
    Path untrained = TemporaryPlace.file("meander-train", ".pt");
    try {
      ImageNetwork.write(untrained, classes, config.seed(), Map.of());
      ModelSource source = new ModelSource(NAME, untrained, engineThreads, glyphs.inputShape());
      try (AdaptableModel model = ModelProvider.forSource(source).open(source)) {
        GlyphTrainer trainer = new GlyphTrainer(model, config);
        trainer.train(progress);
        ImageNetwork.write(untrained, classes, config.seed(), trainer.weights());
        WholeFile.write(out, Files.readAllBytes(untrained));
        return trainer.testErrorPercent();
      }
    } finally {
      Files.deleteIfExists(untrained);
    }
  }
}
