package dev.meander.core.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class BlockDifferenceTest {

  private static final Block GAIN = new Block("gain", Role.GAIN, 2);
  private static final Block SHIFT = new Block("shift", Role.SHIFT, 2);

  private static AdapterWeights weights(List<Block> blocks, float... values) {
    return new AdapterWeights(new Layout(blocks), values);
  }

  @Test
  void shouldMeasureEveryBlockAndTheWhole() {
    AdapterWeights from = weights(List.of(GAIN, SHIFT), 3, 4, 0, 0);
    AdapterWeights to = weights(List.of(GAIN, SHIFT), 3, -4, 0, 2);
    List<BlockDifference> blocks = BlockDifference.between(from, to);
    assertThat(blocks).hasSize(2);
    BlockDifference gain = blocks.get(0);
    assertThat(gain.block()).isEqualTo("gain");
    assertThat(gain.size()).isEqualTo(2);
    assertThat(gain.fromNorm()).isEqualTo(5);
    assertThat(gain.toNorm()).isEqualTo(5);
    assertThat(gain.differenceNorm()).isEqualTo(8);
    assertThat(gain.cosine()).isEqualTo(-7.0 / 25, within(1e-15));
    assertThat(gain.changedFraction()).isEqualTo(0.5);
    BlockDifference shift = blocks.get(1);
    assertThat(shift.differenceNorm()).isEqualTo(2);
    assertThat(shift.cosine()).isNaN();
    BlockDifference total = BlockDifference.total(from, to);
    assertThat(total.size()).isEqualTo(4);
    assertThat(total.differenceNorm()).isEqualTo(Math.sqrt(68), within(1e-12));
    assertThat(total.changedFraction()).isEqualTo(0.5);
  }

  @Test
  void shouldFindNothingChangedOnlyWhenEveryBitIsEqual() {
    AdapterWeights from = weights(List.of(GAIN), 0f, 1e-30f);
    assertThat(BlockDifference.total(from, from).changedFraction()).isZero();
    assertThat(BlockDifference.total(from, weights(List.of(GAIN), -0f, 1e-30f)).changedFraction())
        .isEqualTo(0.5);
  }

  @Test
  void shouldShowABlockThatOnlyOneHas() {
    AdapterWeights from = weights(List.of(GAIN), 3, 4);
    AdapterWeights to = weights(List.of(SHIFT), 0, 2);
    List<BlockDifference> blocks = BlockDifference.between(from, to);
    assertThat(blocks).extracting(BlockDifference::block).containsExactly("gain", "shift");
    assertThat(blocks.get(0).fromNorm()).isEqualTo(5);
    assertThat(blocks.get(0).toNorm()).isNaN();
    assertThat(blocks.get(1).fromNorm()).isNaN();
    assertThat(blocks.get(1).changedFraction()).isEqualTo(1);
    assertThatThrownBy(() -> BlockDifference.total(from, to))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("expected adapters of one layout, found 1 blocks, 2 floats");
  }

  @Test
  void shouldRefuseABlockOfTwoShapes() {
    AdapterWeights other = weights(List.of(new Block("gain", Role.GAIN, 1)), 1);
    assertThatThrownBy(() -> BlockDifference.between(weights(List.of(GAIN), 3, 4), other))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("expected block gain[2] GAIN, found gain[1] GAIN");
  }
}
