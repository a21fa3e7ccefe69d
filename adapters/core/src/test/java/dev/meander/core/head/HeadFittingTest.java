package dev.meander.core.head;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meander.core.tensor.LabelledBatch;
import dev.meander.core.tensor.Tensor;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class HeadFittingTest {

  private static final List<String> NAMES = List.of("left", "right", "up");

  /** Three clouds a few deviations apart, in units of the second column a hundred times larger. */
  private static LabelledBatch rows(int count, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] data = new float[count * 3];
    int[] labels = new int[count];
    for (int i = 0; i < count; i++) {
      labels[i] = random.nextInt(3);
      data[i * 3] = (float) (random.nextGaussian() + (labels[i] == 0 ? -3 : 3));
      data[i * 3 + 1] = (float) (100 * random.nextGaussian() + (labels[i] == 2 ? 600 : 0));
      data[i * 3 + 2] = 7;
    }
    return new LabelledBatch(new Tensor(data, count, 3), labels);
  }

  @Test
  void shouldTellCloudsApartThatItHasNotSeen() {
    HeadFile head = HeadFitting.fit(rows(500, 1), NAMES, HeadFitting.Config.usual(0, 200, 1));
    assertThat(HeadFitting.errorPercent(head, rows(2_000, 2))).isLessThan(1);
    assertThat(head.classNames()).isEqualTo(NAMES);
  }

  @Test
  void shouldGiveEqualBytesAgainAndAResidualThatIsOff() {
    HeadFitting.Config config = HeadFitting.Config.usual(2, 20, 5);
    HeadFile head = HeadFitting.fit(rows(5_000, 1), NAMES, config);
    assertThat(HeadFitting.fit(rows(5_000, 1), NAMES, config).bytes()).isEqualTo(head.bytes());
    HeadFile without = HeadFitting.fit(rows(5_000, 1), NAMES, HeadFitting.Config.usual(0, 20, 5));
    assertThat(HeadFitting.errorPercent(head, rows(500, 3)))
        .isEqualTo(HeadFitting.errorPercent(without, rows(500, 3)));
  }

  @Test
  void shouldSetAColumnWithoutVarianceToOne() {
    HeadFile head = HeadFitting.fit(rows(50, 1), NAMES, HeadFitting.Config.usual(0, 1, 1));
    // linear.bias 3, linear.weight 9, norm.bias 3, norm.running_mean 3, norm.running_var 3
    assertThat(head.floats()[17]).isEqualTo(7);
    assertThat(head.floats()[20]).isEqualTo(1);
  }

  @Test
  void shouldRefuseWhatItCannotFit() {
    HeadFitting.Config config = HeadFitting.Config.usual(0, 1, 1);
    LabelledBatch none = new LabelledBatch(new Tensor(new float[0], 0, 3), new int[0]);
    assertThatThrownBy(() -> HeadFitting.fit(none, NAMES, config))
        .hasMessage("expected at least one row to fit a head on, found none");
    LabelledBatch rows = rows(50, 1);
    assertThatThrownBy(() -> HeadFitting.fit(rows, NAMES.subList(0, 2), config))
        .hasMessage("expected labels of 0 to 1, found 2");
    assertThatThrownBy(() -> HeadFitting.Config.usual(0, 0, 1))
        .hasMessage("expected 1 to 100000 passes, found 0");
  }
}
