package dev.meander.app.doctor;

import dev.meander.core.model.AdaptableModel;
import dev.meander.core.model.ModelProvider;
import dev.meander.core.model.ModelRefusedException;
import dev.meander.core.model.ModelSource;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** The model that the configuration names: whether it opens. */
final class ModelCheck implements Check {

  private static final Pattern SHAPE = Pattern.compile("[1-9][0-9]{0,6}(,[1-9][0-9]{0,6}){0,7}");

  @Override
  public String subject() {
    return "model";
  }

  @Override
  public List<Finding> find(Examined examined) {
    Map<String, String> keys = examined.connection().file();
    String file = keys.get("model.file");
    if (file == null) {
      return List.of();
    }
    String shape = keys.getOrDefault("model.input.shape", "").replace(" ", "");
    if (!SHAPE.matcher(shape).matches()) {
      return List.of(
          Finding.fail(
              subject(),
              "expected sizes >= 1 separated by commas, found \"" + shape + "\"",
              "set model.input.shape to the shape of one input, such as 3,32,32"));
    }
    int[] sizes = Arrays.stream(shape.split(",")).mapToInt(Integer::parseInt).toArray();
    ModelSource source =
        new ModelSource(keys.getOrDefault("model.name", "model"), Path.of(file), 1, sizes);
    try (AdaptableModel model = ModelProvider.forSource(source).open(source)) {
      return List.of(
          Finding.ok(
              subject(),
              "%s, %d classes, %s".formatted(file, model.spec().classes(), model.spec().engine())));
    } catch (ModelRefusedException e) {
      return List.of(
          Finding.fail(
              subject(), String.valueOf(e.getMessage()), "correct model.file or the model"));
    }
  }
}
