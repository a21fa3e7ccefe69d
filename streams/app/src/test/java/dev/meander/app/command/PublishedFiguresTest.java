package dev.meander.app.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.meander.app.Meander;
import dev.meander.kit.DataPack;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * The data pack's known-good errors under the fifteen corruptions, severity 5, first 2,000 images.
 * Needs the data pack and some ten minutes: {@code -Dfigures=true}.
 *
 * <p>Drawings of the corruptions differ: the error of ResNet-20 with batch statistics under
 * Gaussian noise was 39.9 to 42.1 in three drawings of ours and 41.6 to 43.0 in six of NumPy's,
 * against a known 43.1. So that corruption may be off by 3.5 points, any other by 3, the mean by 1.
 */
@EnabledIfSystemProperty(named = "figures", matches = "true")
class PublishedFiguresTest {

  private static final double[] RESNET20_SOURCE = {
    75.3, 68.8, 76.2, 40.6, 55.8, 40.0, 39.3, 30.8, 45.3, 34.6, 13.3, 73.7, 30.2, 60.3, 29.3
  };
  private static final double[] RESNET20_BATCH = {
    43.1, 42.2, 48.5, 18.8, 41.0, 20.2, 19.5, 28.5, 31.3, 22.7, 16.2, 21.4, 29.2, 29.3, 31.5
  };
  private static final double[] GROUP_NORM_SOURCE = {
    48.0, 44.1, 49.5, 24.4, 44.9, 23.8, 24.2, 24.2, 32.8, 26.2, 14.2, 30.2, 25.2, 43.4, 27.7
  };

  /** LAME on images in the order of their classes. */
  private static final double[] GROUP_NORM_LAME = {
    24.1, 26.2, 22.2, 6.1, 12.9, 5.0, 6.2, 7.7, 8.5, 7.1, 5.3, 17.7, 5.5, 28.1, 6.2
  };

  /** Corruptions that nothing is drawn for. */
  private static final Set<String> NOT_DRAWN =
      Set.of("defocus_blur", "zoom_blur", "brightness", "contrast", "pixelate", "jpeg_compression");

  @TempDir
  @SuppressWarnings("NullAway.Init") // set before each test
  Path folder;

  private JsonNode evaluate(String model, String methods, String scenario) throws Exception {
    Path pack = DataPack.require();
    int code =
        Meander.commandLine()
            .execute(
                "evaluate",
                "--data",
                pack.toString(),
                "--model",
                pack.resolve("models").resolve(model).toString(),
                "--method",
                methods,
                "--scenario",
                scenario,
                "--limit",
                "2000",
                "--order",
                "given",
                "--out",
                folder.toString());
    assertThat(code).isZero();
    return new ObjectMapper().readTree(folder.resolve("report.json").toFile()).path("runs");
  }

  private static void check(JsonNode run, double[] expected, double mean) {
    List<JsonNode> errors = run.path("segments").findValues("error");
    for (int i = 0; i < expected.length; i++) {
      String name = run.path("segments").path(i).path("name").asText();
      assertThat(errors.get(i).asDouble())
          .as(name)
          .isCloseTo(expected[i], within(name.equals("gaussian_noise") ? 3.5 : 3.0));
    }
    assertThat(run.path("meanError").asDouble()).isCloseTo(mean, within(1.0));
  }

  @Test
  void shouldReproduceTheErrorsOfResNet20() throws Exception {
    JsonNode runs = evaluate("resnet20.pt", "source,bn-1", "continual");

    check(runs.path(0), RESNET20_SOURCE, 47.58);
    check(runs.path(1), RESNET20_BATCH, 29.56);
  }

  @Test
  void shouldReproduceTheErrorsOfResNet26WithGroupNorm() throws Exception {
    check(evaluate("rn26_gn.pt", "source", "continual").path(0), GROUP_NORM_SOURCE, 32.17);
  }

  /**
   * A batch of one class goes over to a neighbour as a whole, so where noise is drawn the error
   * jumps by whole batches of ten in a corruption.
   */
  @Test
  void shouldReproduceTheErrorsOfLameOnSortedImages() throws Exception {
    JsonNode run = evaluate("rn26_gn.pt", "lame", "correlated").path(0);

    assertThat(run.path("meanError").asDouble()).isCloseTo(12.59, within(1.5));
    for (int i = 0; i < GROUP_NORM_LAME.length; i++) {
      JsonNode segment = run.path("segments").path(i);
      String name = segment.path("name").asText();
      if (NOT_DRAWN.contains(name)) {
        assertThat(segment.path("error").asDouble())
            .as(name)
            .isCloseTo(GROUP_NORM_LAME[i], within(.5));
      }
    }
  }
}
