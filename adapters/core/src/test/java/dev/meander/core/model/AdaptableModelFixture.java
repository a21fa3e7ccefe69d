package dev.meander.core.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meander.core.tensor.Tensor;
import dev.meander.core.weights.Block;
import dev.meander.core.weights.Role;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** The model under test of {@link AdaptableModelContract}, opened anew for each test. */
public abstract class AdaptableModelFixture {

  AdaptableModel model;

  /** A freshly opened model; always the same one. */
  protected abstract AdaptableModel open();

  @BeforeEach
  void openModel() {
    model = open();
  }

  @AfterEach
  void closeModel() {
    model.close();
  }

  Tensor batch(int rows, long seed) {
    int[] input = model.spec().inputShape();
    int[] shape = new int[input.length + 1];
    shape[0] = rows;
    System.arraycopy(input, 0, shape, 1, input.length);
    SplittableRandom random = new SplittableRandom(seed);
    float[] data = new float[new Block("x", Role.WEIGHT, shape).size()];
    for (int i = 0; i < data.length; i++) {
      data[i] = (float) random.nextDouble();
    }
    return new Tensor(data, shape);
  }

  List<Block> blocks(Role... roles) {
    List<Role> wanted = List.of(roles);
    return model.spec().inventory().blocks().stream()
        .filter(block -> wanted.contains(block.role()))
        .toList();
  }

  float[] read(Block block) {
    float[] floats = new float[block.size()];
    model.read(block, floats);
    return floats;
  }

  Map<String, float[]> readAll() {
    Map<String, float[]> all = new TreeMap<>();
    model.spec().inventory().blocks().forEach(block -> all.put(block.name(), read(block)));
    return all;
  }

  void assertUnchanged(Map<String, float[]> before) {
    readAll().forEach((name, now) -> assertThat(now).as(name).isEqualTo(before.get(name)));
  }

  static float[] weights(int size, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] weights = new float[size];
    for (int i = 0; i < size; i++) {
      weights[i] = (float) (random.nextDouble() - 0.5);
    }
    return weights;
  }
}
