package dev.meander.core.head;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meander.core.model.ModelRefusedException;
import dev.meander.core.model.ModelSource;
import dev.meander.core.weights.AdapterWeights;
import dev.meander.core.weights.Block;
import dev.meander.core.weights.Layout;
import dev.meander.core.weights.Role;
import dev.meander.core.wire.SafetensorsWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of heads: what is read back, and every way to be refused. */
class HeadFileTest {

  private static final HeadShape SHAPE = new HeadShape(3, 1, 2);

  @TempDir
  @SuppressWarnings("NullAway.Init") // set by JUnit
  private Path folder;

  private Path file(byte[] bytes) {
    try {
      return Files.write(folder.resolve("a.safetensors"), bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void shouldReadWhatWasWritten() {
    HeadFile head = Heads.random(SHAPE, 1);
    HeadFile read = HeadFile.read(file(head.bytes()));
    assertThat(read.shape()).isEqualTo(SHAPE);
    assertThat(read.floats()).containsExactly(head.floats());
    assertThat(read.classNames()).containsExactly("class 0", "class 1");
    assertThat(read.bytes()).isEqualTo(head.bytes());
  }

  @Test
  void shouldNumberClassesThatHaveNoNames() {
    HeadFile head = Heads.random(new HeadShape(3, 0, 2), 1);
    byte[] bytes =
        SafetensorsWriter.write(new AdapterWeights(head.shape().layout(), head.floats()), Map.of());
    assertThat(HeadFile.read(file(bytes)).classNames()).containsExactly("0", "1");
  }

  private void assertRefused(byte[] bytes, String message) {
    Path file = file(bytes);
    assertThatThrownBy(() -> HeadFile.read(file))
        .isInstanceOf(ModelRefusedException.class)
        .hasMessage(message + " in " + file);
  }

  private static byte[] changed(UnaryOperator<List<Block>> change, float value) {
    Layout layout = new Layout(change.apply(new ArrayList<>(SHAPE.layout().blocks())));
    float[] floats = new float[layout.size()];
    Arrays.fill(floats, value);
    return SafetensorsWriter.write(new AdapterWeights(layout, floats), Map.of());
  }

  private static byte[] without(String name) {
    return changed(
        blocks -> {
          blocks.removeIf(block -> block.name().equals(name));
          return blocks;
        },
        1);
  }

  private static byte[] with(Block other) {
    return changed(
        blocks -> {
          blocks.removeIf(block -> block.name().equals(other.name()));
          blocks.add(other);
          return blocks;
        },
        1);
  }

  @Test
  void shouldSayWhichTensorIsWrong() {
    assertRefused(without("norm.bias"), "expected norm.bias [3], found none");
    assertRefused(without("residual.up"), "expected residual.up [3, 1], found none");
    assertRefused(
        with(new Block("norm.weight", Role.GAIN, 4)), "expected norm.weight [3], found [4]");
    assertRefused(
        with(new Block("linear.weight", Role.HEAD_WEIGHT, 6)),
        "expected a head with linear.weight [classes, features], found [6]");
    assertRefused(
        without("linear.weight"),
        "expected a head with linear.weight [classes, features], found tensors [linear.bias,"
            + " norm.bias, norm.running_mean, norm.running_var, norm.weight] and more");
    assertRefused(
        with(new Block("conv1.weight", Role.WEIGHT, 1)),
        "expected tensors [linear.bias, linear.weight, norm.bias, norm.running_mean,"
            + " norm.running_var, norm.weight, residual.down, residual.up], found conv1.weight");
    assertRefused(
        with(new Block("residual.down", Role.WEIGHT, 4, 3)),
        "expected features and classes >= 1 and a rank of 0 to features, found 3, 2 and 4");
    assertRefused(
        changed(blocks -> blocks, Float.NaN),
        "expected finite floats in linear.bias, found NaN at 0");
    assertRefused(
        changed(blocks -> blocks, -1),
        "expected finite variances >= 0 in norm.running_var, found -1.0 at 0");
  }

  @Test
  void shouldRefuseOtherMetadataFilesAndShapes() {
    byte[] names =
        SafetensorsWriter.write(
            new AdapterWeights(SHAPE.layout(), new float[SHAPE.layout().size()]),
            Map.of("classes", "a\nb\nc"));
    assertRefused(names, "expected 2 lines in the metadata classes, found 3");
    Path missing = folder.resolve("missing.safetensors");
    assertThatThrownBy(() -> HeadFile.read(missing))
        .isInstanceOf(ModelRefusedException.class)
        .hasMessage("expected a model file, found none at " + missing);
    Path file = file(Heads.random(SHAPE, 1).bytes());
    assertThatThrownBy(
            () -> new HeadProvider().open(new ModelSource("h", file, 1, new int[] {3, 32, 32})))
        .isInstanceOf(ModelRefusedException.class)
        .hasMessage("expected inputs of 3 floats for %s, found the shape [3, 32, 32]", file);
  }

  @Test
  void shouldReadOrRefuseWhateverBytesItIsGiven() {
    SplittableRandom random = new SplittableRandom(11);
    byte[] whole = Heads.random(SHAPE, 1).bytes();
    int read = 0;
    for (int i = 0; i < 600; i++) {
      byte[] damaged =
          i % 3 == 0 ? Arrays.copyOf(whole, random.nextInt(whole.length)) : whole.clone();
      for (int change = 0; change < 1 + i % 4 && damaged.length > 0; change++) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
      }
      Path file = file(damaged);
      try {
        HeadFile.read(file);
        read++;
      } catch (ModelRefusedException e) {
        assertThat(e).hasMessageStartingWith("expected ").hasMessageEndingWith(" in " + file);
      }
    }
    assertThat(read).isBetween(1, 599);
  }
}
