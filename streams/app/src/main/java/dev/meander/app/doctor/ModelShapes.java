package dev.meander.app.doctor;

import dev.meander.core.model.ModelSource;
import java.util.List;

/** Shapes of inputs that are tried where nobody says which a model takes. */
public final class ModelShapes {

  /** Usual ones: photographs, CIFAR, digits, larger photographs, embeddings. */
  private static final List<int[]> USUAL =
      List.of(
          new int[] {3, 224, 224},
          new int[] {3, 32, 32},
          new int[] {1, 28, 28},
          new int[] {3, 64, 64},
          new int[] {1, 224, 224},
          new int[] {3, 299, 299},
          new int[] {1, 32, 32},
          new int[] {784},
          new int[] {768},
          new int[] {512});

  private ModelShapes() {}

  /**
   * What the file is with the first usual shape that it takes.
   *
   * @param source its shape is not looked at
   */
  public static List<Finding> tried(ModelSource source) {
    List<Finding> first = List.of();
    for (int[] shape : USUAL) {
      List<Finding> found = ModelReport.of(source.withInputShape(shape));
      boolean opened = found.get(0).isOk();
      if (opened || !isOfShape(found.get(0))) {
        return found; // it opens, or another shape would not help
      }
      first = first.isEmpty() ? found : first;
    }
    Finding refusal = first.get(0);
    return List.of(
        Finding.fail(
            refusal.subject(),
            refusal.found(),
            "say which inputs it takes: --shape 3,32,32 (the usual ones were tried)"));
  }

  private static boolean isOfShape(Finding refusal) {
    return refusal.found().startsWith("expected a model for inputs")
        || refusal.found().startsWith("expected inputs of");
  }
}
