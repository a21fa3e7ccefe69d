package dev.meander.replay.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meander.core.tensor.LabelledBatch;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** What every data set keeps. */
abstract class DataSetContract {

  /** A data set of at least 20 images. */
  abstract DataSet data();

  @Test
  void shouldGiveImagesOfTheStatedShapeInByteSteps() {
    DataSet data = data();
    int floats = Arrays.stream(data.inputShape()).reduce(1, Math::multiplyExact);

    for (int i = 0; i < 20; i++) {
      float[] image = data.image(i);
      assertThat(image).hasSize(floats);
      for (float value : image) {
        assertThat(value).isBetween(0f, 1f).isEqualTo(Math.round(value * 255) / 255f);
      }
    }
  }

  @Test
  void shouldNameEveryLabel() {
    DataSet data = data();

    for (int i = 0; i < 20; i++) {
      assertThat(data.label(i)).isBetween(0, data.classNames().size() - 1);
    }
    assertThat(data.classNames()).doesNotHaveDuplicates();
  }

  @Test
  void shouldRepeatAnImageAndNotShareIt() {
    DataSet data = data();

    float[] image = data.image(3);
    Arrays.fill(image, 0.5f);
    assertThat(data.image(3)).isNotEqualTo(image).isEqualTo(data().image(3));
    assertThat(data.label(3)).isEqualTo(data().label(3));
  }

  @Test
  void shouldGiveABatchOfTheSameImagesAndLabels() {
    DataSet data = data();

    LabelledBatch batch = data.batch(3, 2);
    assertThat(batch.x().rows()).isEqualTo(2);
    assertThat(batch.labels()).containsExactly(data.label(3), data.label(4));
    assertThat(Arrays.copyOfRange(batch.x().data(), batch.x().rowSize(), 2 * batch.x().rowSize()))
        .isEqualTo(data.image(4));
  }

  @Test
  void shouldRefusePositionsOutsideTheSet() {
    DataSet data = data();

    for (int index : new int[] {-1, data.size()}) {
      assertThatThrownBy(() -> data.image(index)).isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> data.label(index)).isInstanceOf(IndexOutOfBoundsException.class);
    }
  }
}
