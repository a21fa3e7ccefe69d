package dev.meander.app.doctor;

import dev.meander.core.model.InputShapeRefusedException;
import dev.meander.core.model.ModelRefusedException;
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
    String first = "";
    for (int[] shape : USUAL) {
      try {
        return ModelReport.opened(source.withInputShape(shape));
      } catch (InputShapeRefusedException e) {
        first = first.isEmpty() ? String.valueOf(e.getMessage()) : first;
      } catch (ModelRefusedException e) {
        return List.of(ModelReport.refused(e)); // another shape would not help
      }
    }
    return List.of(
        Finding.fail(
            "model",
            first,
            "say which inputs it takes: --shape 3,32,32 (the usual ones were tried)"));
  }
}
