package dev.meander.app.parity;

import com.fasterxml.jackson.databind.JsonNode;
import dev.meander.core.augment.Augmentation;
import dev.meander.core.augment.FlipScaleClip;
import dev.meander.core.augment.PatchShuffle;
import dev.meander.core.tensor.Tensor;
import java.util.ArrayList;
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
    List<FlipScaleClip> each = new ArrayList<>();
    views.forEach(view -> each.add(flipScaleClip(view, view.path("flip").asBoolean())));
    if (each.isEmpty()) {
      throw new TraceRefusedException("expected at least one view, found none");
    }
    return new ByRow(each);
  }

  static FlipScaleClip flipScaleClip(JsonNode view, boolean flip) {
    return new FlipScaleClip(
        flip,
        (float) view.path("scale").asDouble(),
        (float) view.path("offset").asDouble(),
        (float) view.path("clip").path(0).asDouble(),
        (float) view.path("clip").path(1).asDouble());
  }

  /** Row i of a batch is seen by view i, from the first again after the last. */
  private record ByRow(List<FlipScaleClip> views) implements Augmentation {
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
