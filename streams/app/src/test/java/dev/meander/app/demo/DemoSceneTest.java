package dev.meander.app.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meander.app.GlyphModel;
import dev.meander.core.config.ConfigurationException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoSceneTest {

  @TempDir
  @SuppressWarnings("NullAway.Init") // set before each test
  Path folder;

  private DemoScene scene(@Nullable Path data, @Nullable Path model) {
    return DemoScene.of(new DemoConfig(data, model, "tent", 500, 100, 1, false, Map.of()), folder);
  }

  private Path withOneImage() throws Exception {
    Path data = Files.createDirectory(folder.resolve("data"));
    Files.write(data.resolve("test_batch.bin"), new byte[3073]);
    return data;
  }

  @Test
  void shouldUnpackTheBuiltInModelForGlyphs() {
    DemoScene scene = scene(null, null);
    assertThat(scene.data().size()).isEqualTo(500);
    assertThat(scene.model().name()).isEqualTo(GlyphModel.NAME);
    assertThat(scene.model().file()).isEqualTo(folder.resolve("glyphs.pt")).isNotEmptyFile();
  }

  @Test
  void shouldRefuseAFolderWithoutImages() {
    assertThatThrownBy(() -> scene(folder, null))
        .isInstanceOf(ConfigurationException.class)
        .hasMessage(
            "1 problem in --data:\n  expected CIFAR-10 test images in one of the files"
                + " cifar10/test_batch.bin, cifar-10-batches-bin/test_batch.bin, test_batch.bin,"
                + " found none in %s",
            folder);
  }

  @Test
  void shouldRefuseAFolderWithoutAModel() throws Exception {
    Path data = withOneImage();
    assertThatThrownBy(() -> scene(data, null))
        .isInstanceOf(ConfigurationException.class)
        .hasMessage(
            "1 problem in --data:\n  expected a TorchScript model at %s, found none; name one with"
                + " --model FILE",
            data.resolve("models/resnet20.pt"));
  }

  @Test
  void shouldRefuseAModelThatIsNotThere() throws Exception {
    Path data = withOneImage();
    Path model = folder.resolve("none.pt");
    assertThatThrownBy(() -> scene(data, model))
        .isInstanceOf(ConfigurationException.class)
        .hasMessage(
            "1 problem in --model:\n  expected a TorchScript model at %s, found none; name one"
                + " with --model FILE",
            model);
  }

  @Test
  void shouldTakeImagesAndModelThatAreThere() throws Exception {
    Path data = withOneImage();
    Path model = Files.createFile(folder.resolve("mine.pt"));
    DemoScene scene = scene(data, model);
    assertThat(scene.data().size()).isEqualTo(1);
    assertThat(scene.model().file()).isEqualTo(model);
    assertThat(scene.model().name()).isEqualTo("cifar10");
    assertThat(scene.model().inputShape()).containsExactly(3, 32, 32);
  }
}
