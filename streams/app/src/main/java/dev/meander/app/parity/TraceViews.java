package dev.meander.app.parity;

import com.fasterxml.jackson.databind.JsonNode;
import dev.meander.core.augment.Augmentation;
import dev.meander.core.augment.FlipScaleClip;
import dev.meander.core.augment.PatchShuffle;
import dev.meander.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/** Fixed views that stand for a method's random ones. */
final class TraceViews {

  private TraceViews() {}

  /**
   * The views of a trace; those of its set where it has none of its own.
   *
   * @throws TraceRefusedException when they are of no known type
   */
  static Augmentation of(JsonNode trace, GoldenSet set) {
    JsonNode views = trace.path("views");
    return switch (views.path("type").asText()) {
      case "" -> set.augmentation();
      case "by_row" -> byRow(views.path("views"));
      case "patch_order" ->
          new PatchOrder(
              views.path("patches").asInt(),
              views.path("multiplier").asInt(),
              views.path("offset").asInt());
      default ->
          throw new TraceRefusedException(
              "expected views of the type by_row or patch_order, found " + views.path("type"));
    };
  }

  private static Augmentation byRow(JsonNode views) {
    List<Augmentation> each = new ArrayList<>();
    views.forEach(
        view ->
            each.add(
                view.path("flip").asBoolean()
                    ? flipped(view, view.path("flip_axis").asText("width"))
                    : flipScaleClip(view, false)));
    if (each.isEmpty()) {
      throw new TraceRefusedException("expected at least one view, found none");
    }
    return new ByRow(each);
  }

  /**
   * A view that flips along an axis.
   *
   * @param axis {@code width}, the last dimension, or {@code height}, the one before it
   * @throws TraceRefusedException for another axis
   */
  static Augmentation flipped(JsonNode view, String axis) {
    return switch (axis) {
      case "width" -> flipScaleClip(view, true);
      case "height" -> new UpsideDown(flipScaleClip(view, false));
      default ->
          throw new TraceRefusedException(
              "expected the flip_axis width or height, found \"" + axis + "\"");
    };
  }

  static FlipScaleClip flipScaleClip(JsonNode view, boolean flip) {
    return new FlipScaleClip(
        flip,
        (float) view.path("scale").asDouble(),
        (float) view.path("offset").asDouble(),
        (float) view.path("clip").path(0).asDouble(),
        (float) view.path("clip").path(1).asDouble());
  }

  /** The rows of an image from the last to the first, then a view of it. */
  private record UpsideDown(FlipScaleClip view) implements Augmentation {
    @Override
    public Tensor apply(Tensor x, RandomGenerator random) {
      int[] shape = x.shape();
      if (shape.length < 3) {
        throw new TraceRefusedException(
            "expected inputs with a height to flip along it, found shape "
                + Arrays.toString(shape));
      }
      int width = shape[shape.length - 1];
      int height = shape[shape.length - 2];
      float[] out = new float[x.data().length];
      for (int row = 0; row < out.length / width; row++) {
        int mirrored = row - row % height + (height - 1 - row % height);
        System.arraycopy(x.data(), mirrored * width, out, row * width, width);
      }
      return view.apply(new Tensor(out, shape), random);
    }
  }

  /** Row i of a batch is seen by view i, from the first again after the last. */
  private record ByRow(List<Augmentation> views) implements Augmentation {
    @Override
    public Tensor apply(Tensor x, RandomGenerator random) {
      float[] out = new float[x.data().length];
      for (int i = 0; i < x.rows(); i++) {
        Tensor view = views.get(i % views.size()).apply(x.rows(new int[] {i}), random);
        System.arraycopy(view.data(), 0, out, i * x.rowSize(), x.rowSize());
      }
      return new Tensor(out, x.shape());
    }
  }

  /** Place t of row i has patch {@code (multiplier t + offset + i) mod patches^2}. */
  private record PatchOrder(int patches, int multiplier, int offset) implements Augmentation {
    @Override
    public Tensor apply(Tensor x, RandomGenerator random) {
      int places = patches * patches;
      return new PatchShuffle(patches)
          .arranged(
              x,
              row -> {
                int[] order = new int[places];
                for (int t = 0; t < places; t++) {
                  order[t] = (multiplier * t + offset + row) % places;
                }
                return order;
              });
    }
  }
}
