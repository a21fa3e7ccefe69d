package dev.meander.replay.corruption;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meander.kit.Repository;
import dev.meander.replay.data.GlyphDataSet;
import dev.meander.replay.data.GlyphDataSet.Part;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class ContactSheetTest {

  private static final String PLACE =
      "connectors/replay/src/main/java/dev/meander/replay/corruption/contact-sheet.png";

  /** {@code -Dgolden.update=true} paints it anew. */
  @Test
  void shouldBeThePictureBesideTheCode() throws IOException {
    Path file = Repository.root().resolve(PLACE);
    BufferedImage painted = new ContactSheet(new GlyphDataSet(Part.TEST, 1, 100)).paint();
    if (Boolean.getBoolean("golden.update")) {
      ImageIO.write(painted, "png", file.toFile());
    }

    assertThat(pixels(ImageIO.read(file.toFile()))).isEqualTo(pixels(painted));
  }

  private static int[] pixels(BufferedImage image) {
    return image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
  }
}
