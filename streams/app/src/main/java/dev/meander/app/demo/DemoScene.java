package dev.meander.app.demo;

import dev.meander.app.GlyphModel;
import dev.meander.core.config.ConfigurationException;
import dev.meander.core.model.ModelSource;
import dev.meander.replay.data.CifarDataSet;
import dev.meander.replay.data.DataSet;
import dev.meander.replay.data.DataSetRefusedException;
import dev.meander.replay.data.GlyphDataSet;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Images and the model that classifies them.
 *
 * @param data labelled images
 * @param model the model, in a file of its own
 */
record DemoScene(DataSet data, ModelSource model) {

  private static final String CIFAR_MODEL = "models/resnet20.pt";

  /**
   * Finds or unpacks what {@code config} asks for.
   *
   * @param folder where the built-in model is unpacked to
   * @throws ConfigurationException when images or model are missing
   */
  static DemoScene of(DemoConfig config, Path folder) {
    Path data = config.data();
    if (data == null) {
      DataSet glyphs = new GlyphDataSet(GlyphDataSet.Part.TEST, config.seed(), config.events());
      Path model = config.model() == null ? GlyphModel.unpack(folder) : config.model();
      return new DemoScene(glyphs, new ModelSource(GlyphModel.NAME, model, 1, glyphs.inputShape()));
    }
    try {
      DataSet images = CifarDataSet.open(CifarDataSet.Format.CIFAR_10, data);
      return new DemoScene(
          images,
          new ModelSource("cifar10", cifarModel(data, config.model()), 1, images.inputShape()));
    } catch (DataSetRefusedException e) {
      throw new ConfigurationException("--data", List.of(String.valueOf(e.getMessage())));
    }
  }

  private static Path cifarModel(Path data, @Nullable Path given) {
    Path model = given == null ? data.resolve(CIFAR_MODEL) : given;
    if (!Files.isRegularFile(model)) {
      throw new ConfigurationException(
          given == null ? "--data" : "--model",
          List.of(
              "expected a TorchScript model at "
                  + model
                  + ", found none; name one with --model FILE"));
    }
    return model;
  }
}
