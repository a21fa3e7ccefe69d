package dev.meander.core.normalise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.meander.core.optimise.StateArrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SourceShiftTest {

  private static final int ENTRIES = 500;

  private final SplittableRandom random = new SplittableRandom(3);
  private final SourceShift shift = new SourceShift(ENTRIES, 16);

  /** Samples of the source, each entry moved by d. */
  private float[][] samples(int count, double d) {
    float[][] samples = new float[count][ENTRIES];
    for (float[] sample : samples) {
      for (int j = 0; j < ENTRIES; j++) {
        sample[j] = (float) (d + random.nextGaussian());
      }
    }
    return samples;
  }

  @Test
  void shouldFollowItsFormulaWhenThereAreTwoSamplesOfTwoEntries() {
    SourceShift small = new SourceShift(2, 16);
    // the mean is (2, 1), T = 2 (4 + 1) / 2 = 5; q is 5 and 1, so the other T is 2^2 / 4 = 1
    assertThat(small.look(new float[][] {{3, 1}, {1, 1}}).share()).isCloseTo(.8, within(1e-12));
    // the mean is 0; q is 4 and 9 twice: mean 6.5, variance 6.25, (5.5)^2 3 / 6.25
    assertThat(small.look(new float[][] {{2, -2}, {-2, 2}, {3, 3}, {-3, -3}}).share())
        .isCloseTo(1 - 6.25 / (5.5 * 5.5 * 3), within(1e-12));
    // T = 2 (1/4) / 2 = 1/4, less than chance
    assertThat(small.look(new float[][] {{1, 0}, {0, 0}}).share()).isZero();
  }

  @Test
  void shouldLeaveSourceSamplesToTheFrozenModelAndShiftedOnesNot() {
    assertThat(shift.look(samples(30, 0)).share()).isLessThan(.25);
    assertThat(shift.look(samples(30, 1)).share()).isGreaterThan(.95);
    // the same shift shows in many samples and not in few
    assertThat(shift.look(samples(4, .1)).share()).isLessThan(.25);
    assertThat(shift.look(samples(400, .1)).share()).isGreaterThan(.7);
  }

  @Test
  void shouldSeeDomainsWhoseShiftsCancel() {
    float[][] mixed = samples(30, 1);
    System.arraycopy(samples(15, -1), 0, mixed, 0, 15);
    assertThat(shift.look(mixed).share()).isGreaterThan(.95);
  }

  @Test
  void shouldJoinSmallBatchesWithThoseBefore() {
    for (int i = 0; i < 40; i++) {
      shift.absorb(shift.look(samples(1, .7)));
    }
    // n is 16, so T is at least about 1 + 16 * .49; of one sample it is 1.5
    assertThat(shift.share()).isGreaterThan(.85);
    assertThat(new SourceShift(ENTRIES, 16).look(samples(1, .7)).share()).isLessThan(.5);
    for (int i = 0; i < 80; i++) {
      shift.absorb(shift.look(samples(1, 0)));
    }
    assertThat(shift.share()).isLessThan(.3);
  }

  @Test
  void shouldChangeNothingWhenItOnlyLooksAndForgetWhenRestarted() {
    assertThat(shift.share()).isEqualTo(1);
    float[][] batch = samples(8, 1);
    double share = shift.look(batch).share();
    assertThat(shift.look(batch).share()).isEqualTo(share);
    shift.absorb(shift.look(batch));
    assertThat(shift.share()).isEqualTo(share).isLessThan(1);
    shift.restart();
    assertThat(state(shift)).isDeepEqualTo(state(new SourceShift(ENTRIES, 16)));
  }

  private static double[][] state(SourceShift shift) {
    StateArrays arrays = new StateArrays();
    shift.state(arrays);
    return arrays.doubles().values().toArray(double[][]::new);
  }
}
