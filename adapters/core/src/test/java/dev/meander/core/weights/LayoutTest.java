package dev.meander.core.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meander.kit.Seeds;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.util.List;
import org.junit.jupiter.api.Test;

class LayoutTest {

  private static final Block GAIN = new Block("bn.weight", Role.GAIN, 3);
  private static final Block SHIFT = new Block("bn.bias", Role.SHIFT, 3);
  private static final Block HEAD = new Block("fc.weight", Role.HEAD_WEIGHT, 2, 3);

  @Test
  void shouldLayBlocksEndToEndInOrderOfName() {
    Layout layout = new Layout(List.of(HEAD, GAIN, SHIFT));
    assertThat(layout.blocks()).containsExactly(SHIFT, GAIN, HEAD);
    assertThat(layout.size()).isEqualTo(12);
    assertThat(layout.offset(SHIFT)).isZero();
    assertThat(layout.offset(GAIN)).isEqualTo(3);
    assertThat(layout.offset(HEAD)).isEqualTo(6);
    assertThat(layout.contains("bn.weight")).isTrue();
    assertThat(layout.contains("bn.running_mean")).isFalse();
  }

  @Test
  void shouldHaveOneIdentityWhateverTheOrderGiven() {
    Layout one = new Layout(List.of(HEAD, GAIN, SHIFT));
    Layout other = new Layout(List.of(SHIFT, HEAD, GAIN));
    assertThat(one).isEqualTo(other).hasSameHashCodeAs(other);
    assertThat(one.hash()).isEqualTo(other.hash());
  }

  @Test
  void shouldHaveAnotherIdentityWhenNameRoleOrShapeDiffers() {
    Sha256 hash = new Layout(List.of(GAIN)).hash();
    assertThat(new Layout(List.of(new Block("bn.weigh", Role.GAIN, 3))).hash()).isNotEqualTo(hash);
    assertThat(new Layout(List.of(new Block("bn.weight", Role.WEIGHT, 3))).hash())
        .isNotEqualTo(hash);
    assertThat(new Layout(List.of(new Block("bn.weight", Role.GAIN, 3, 1))).hash())
        .isNotEqualTo(hash);
    assertThat(new Layout(List.of()).hash()).isNotEqualTo(hash);
  }

  @Test
  void shouldSelectBlocks() {
    Layout affine =
        new Layout(List.of(HEAD, GAIN, SHIFT)).select(block -> block.role().isNormAffine());
    assertThat(affine.blocks()).containsExactly(SHIFT, GAIN);
    assertThatThrownBy(() -> affine.offset(HEAD))
        .hasMessage("expected a block of this layout, found fc.weight[2, 3] HEAD_WEIGHT");
  }

  @Test
  void shouldRefuseTwoBlocksOfOneName() {
    assertThatThrownBy(() -> new Layout(List.of(GAIN, new Block("bn.weight", Role.SHIFT, 1))))
        .hasMessage("expected unique block names, found bn.weight twice");
    assertThatThrownBy(() -> new Block("", Role.GAIN, 3))
        .hasMessage("expected a block name, found an empty one");
  }

  @Test
  void shouldKnowWhatRolesAre() {
    assertThat(Role.values()).filteredOn(Role::isNormAffine).containsExactly(Role.GAIN, Role.SHIFT);
    assertThat(Role.values())
        .filteredOn(Role::isStatistic)
        .containsExactly(Role.RUNNING_MEAN, Role.RUNNING_VARIANCE);
  }

  @Test
  void shouldHashContentOverLayoutAndFloats() {
    Layout layout = new Layout(List.of(GAIN, SHIFT));
    AdapterWeights weights = new AdapterWeights(layout, new float[] {1, 2, 3, 4, 5, 6});
    assertThat(new AdapterWeights(layout, new float[] {1, 2, 3, 4, 5, 6}).contentHash())
        .isEqualTo(weights.contentHash());
    assertThat(new AdapterWeights(layout, new float[] {1, 2, 3, 4, 5, 6.0000005f}).contentHash())
        .isNotEqualTo(weights.contentHash());
    Layout renamed =
        new Layout(List.of(new Block("a", Role.GAIN, 3), new Block("b", Role.SHIFT, 3)));
    assertThat(new AdapterWeights(renamed, weights.values()).contentHash())
        .isNotEqualTo(weights.contentHash());
    // written to the wire: this number never changes
    assertThat(weights.contentHash().hex())
        .isEqualTo("14841f062a79824a058b6d8bf0123cfb877975842113ee50ba8b4d9ed721e9d0");
  }

  @Test
  void shouldCopyFloatsInAndOut() {
    Layout layout = new Layout(List.of(GAIN, SHIFT));
    float[] values = {1, 2, 3, 4, 5, 6};
    AdapterWeights weights = new AdapterWeights(layout, values);
    values[4] = 9;
    float[] gain = new float[3];
    weights.read(GAIN, gain);
    assertThat(gain).containsExactly(4, 5, 6);
    assertThatThrownBy(() -> new AdapterWeights(layout, new float[5]))
        .hasMessage("expected 6 floats, found 5");
  }

  @Test
  void shouldDigestFloatsAsLittleEndianBytesWhateverTheLength() {
    Seeds.forEach(
        1,
        random -> {
          for (int length : new int[] {0, 1, 7, 2047, 2048, 2049, 5000}) {
            float[] values = Seeds.gaussians(random, length, 1);
            ByteBuffer bytes = ByteBuffer.allocate(4 * length).order(ByteOrder.LITTLE_ENDIAN);
            bytes.asFloatBuffer().put(values);
            MessageDigest digest = Sha256.digest();
            Sha256.update(digest, values);
            assertThat(Sha256.of(digest)).isEqualTo(Sha256.of(bytes.array()));
          }
        });
  }

  @Test
  void shouldWrapOnlyDigests() {
    Sha256 digest = Sha256.of(new byte[0]);
    assertThat(digest.hex())
        .isEqualTo("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assertThat(digest).hasToString("e3b0c44298fc");
    assertThat(Sha256.wrap(digest.bytes())).isEqualTo(digest).hasSameHashCodeAs(digest);
    assertThatThrownBy(() -> Sha256.wrap(new byte[31]))
        .hasMessage("expected a digest of 32 bytes, found 31");
  }
}
