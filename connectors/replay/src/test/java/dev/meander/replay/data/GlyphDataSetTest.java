package dev.meander.replay.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meander.replay.data.GlyphDataSet.Part;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

class GlyphDataSetTest extends DataSetContract {

  @Override
  DataSet data() {
    return new GlyphDataSet(Part.TEST, 1, 100);
  }

  @Test
  void shouldHoldEveryClassOnceInTenImages() {
    DataSet data = data();

    for (int from = 0; from < data.size(); from += 10) {
      int[] seen = new int[10];
      for (int i = from; i < from + 10; i++) {
        seen[data.label(i)]++;
      }
      assertThat(seen).containsOnly(1);
    }
  }

  @Test
  void shouldDrawOtherImagesWhenPartOrSeedDiffers() {
    float[] image = data().image(0);

    assertThat(new GlyphDataSet(Part.TRAIN, 1, 100).image(0)).isNotEqualTo(image);
    assertThat(new GlyphDataSet(Part.TEST, 2, 100).image(0)).isNotEqualTo(image);
    assertThat(new GlyphDataSet(Part.TEST, 1, 5).image(0)).isEqualTo(image);
  }

  @Test
  void shouldDrawTheSameBytesOnEveryMachine() {
    DataSet data = data();
    CRC32 checksum = new CRC32();
    for (int i = 0; i < data.size(); i++) {
      checksum.update(data.label(i));
      for (float value : data.image(i)) {
        checksum.update(Math.round(value * 255));
      }
    }

    assertThat(checksum.getValue()).isEqualTo(2343005854L);
  }

  @Test
  void shouldRefuseAnEmptySet() {
    assertThatThrownBy(() -> new GlyphDataSet(Part.TEST, 1, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("expected at least 1 image, found 0");
  }
}
