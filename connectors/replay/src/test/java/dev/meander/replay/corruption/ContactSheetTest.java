package dev.meander.replay.corruption;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meander.replay.data.GlyphDataSet;
import dev.meander.replay.data.GlyphDataSet.Part;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class ContactSheetTest {

  /** The file beside the corruptions' code is a copy of this one. */
  @Test
  void shouldShowGlyphsCleanAndAtSeverityFive() throws IOException {
    Path file = Path.of("target", "contact-sheet.png");

    new ContactSheet(new GlyphDataSet(Part.TEST, 1, 10), 10, 1).write(file, 5);

    assertThat(ImageIO.read(file.toFile()).getHeight()).isEqualTo(6 * 34 + 2);
    assertThat(Files.size(file)).isLessThan(150_000);
  }
}
