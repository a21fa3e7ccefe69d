package dev.meander.djl;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.pytorch.engine.PtNDManager;
import dev.meander.core.model.ModelRefusedException;
import dev.meander.core.model.ModelSource;
import dev.meander.core.model.ModelSpec;
import dev.meander.core.model.NormMode;
import dev.meander.core.tensor.Tensor;
import dev.meander.core.weights.Layout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Finds out what a loaded model is by running it on two made-up inputs: classes, feature width, the
 * method that answers features and logits, the head.
 *
 * @param spec what it is
 * @param passMethod method that answers (features, logits)
 * @param order how inputs lie in memory; the module that was probed takes them so
 */
record ModelProbe(ModelSpec spec, String passMethod, MemoryOrder order) {

  private static final int ROWS = 2;
  private static final long SEED = 1;

  /** By how much logits may differ between memory orders, beside the largest of them. */
  private static final double ROUNDING = 1e-3;

  private record Answer(Tensor features, Tensor logits) {}

  /**
   * Probes a module.
   *
   * @throws ModelRefusedException when the model cannot be adapted
   */
  static ModelProbe of(TorchModule module, ModelFile file, ModelSource source, TorchEngine engine) {
    module.normalise(NormMode.SOURCE.code());
    Tensor x = input(source.inputShape());
    Tensor logits = forward(module, file, source, x);
    if (!forward(module, file, source, x).equals(logits)) {
      throw new ModelRefusedException(
          "expected equal answers to equal inputs, found two that differ from "
              + file.archive().file()
              + "; export after model.eval()");
    }
    NormFinding norms = NormFinding.of(file, module, x);
    module.steerOnly(norms.steered());
    ModelComparison comparison = untouched(file, source, norms);
    MemoryOrder order = MemoryOrder.AS_SHAPED;
    Tensor reordered = source.reordersInputs() ? channelsLast(module, x, logits) : null;
    if (reordered != null) {
      order = MemoryOrder.CHANNELS_LAST;
      logits = reordered;
    }
    module.takeInputs(order);
    for (String method : file.patch().passMethods()) {
      Answer answer = pass(module, method, x);
      if (answer != null && answer.logits().equals(logits)) {
        Inventory inventory = Inventory.of(file, module, norms);
        Layout layout = inventory.withHead(answer.features(), logits);
        if (layout != null) {
          order = compared(module, method, order, comparison, file);
          ModelSpec spec =
              new ModelSpec(
                  source.name(),
                  file.digest(),
                  source.inputShape(),
                  logits.rowSize(),
                  answer.features().rowSize(),
                  layout,
                  engine.version(order),
                  engine.threads(),
                  norms.unsteered());
          return new ModelProbe(spec, method, order);
        }
      }
    }
    throw new ModelRefusedException(
        "expected features and a linear head, found no pass of "
            + file.archive().file()
            + " whose logits are features times a weight [classes, features] plus a bias; export"
            + " methods features(x) -> [b, features] and head(features) -> [b, classes] with"
            + " @torch.jit.export, head being one linear layer");
  }

  /** Asks the model as the user gave it, which is let go afterwards. */
  private static ModelComparison untouched(ModelFile file, ModelSource source, NormFinding norms) {
    try (TorchModule original = file.loadUntouched()) {
      ModelComparison comparison =
          new ModelComparison(x -> forward(original, file, source, x), source.inputShape());
      comparison.checkRowsAlone(file.archive().file(), norms.unsteered());
      return comparison;
    }
  }

  /** The order in which the module answers as the user's model does. */
  private static MemoryOrder compared(
      TorchModule module,
      String method,
      MemoryOrder order,
      ModelComparison comparison,
      ModelFile file) {
    UnaryOperator<Tensor> patched = x -> run(module, method, x).get(1);
    ModelComparison.Difference difference = comparison.difference(patched);
    if (difference != null && order != MemoryOrder.AS_SHAPED) {
      module.takeInputs(MemoryOrder.AS_SHAPED);
      return compared(module, method, MemoryOrder.AS_SHAPED, comparison, file);
    }
    if (difference != null) {
      ModelComparison.refuse(file.archive().file(), difference);
    }
    return order;
  }

  private static Tensor input(int[] inputShape) {
    int[] shape = new int[inputShape.length + 1];
    shape[0] = ROWS;
    System.arraycopy(inputShape, 0, shape, 1, inputShape.length);
    SplittableRandom random = new SplittableRandom(SEED);
    float[] data = new float[Arrays.stream(shape).reduce(1, Math::multiplyExact)];
    for (int i = 0; i < data.length; i++) {
      data[i] = (float) random.nextDouble();
    }
    return new Tensor(data, shape);
  }

  private static Tensor forward(TorchModule module, ModelFile file, ModelSource source, Tensor x) {
    List<Tensor> answer;
    try {
      answer = run(module, "forward", x);
    } catch (EngineException e) {
      throw new ModelRefusedException(
          "expected a model for inputs "
              + shape(source.inputShape())
              + ", found that "
              + file.archive().file()
              + " cannot run them: "
              + ModelFile.reason(e)
              + "; set the input shape that it was exported for",
          e);
    }
    if (answer.size() != 1 || !isTable(answer.get(0))) {
      throw new ModelRefusedException(
          "expected logits [b, classes] from forward, found "
              + answer.stream().map(tensor -> Arrays.toString(tensor.shape())).toList()
              + " from "
              + file.archive().file()
              + " for "
              + ROWS
              + " inputs");
    }
    return answer.get(0);
  }

  /**
   * Logits of images that lie channels last; null when the model cannot take them so. A model that
   * looks at its own memory, by a view of a feature map, may refuse them or answer otherwise.
   */
  private static @Nullable Tensor channelsLast(TorchModule module, Tensor x, Tensor expected) {
    if (!MemoryOrder.isForImages(x.shape())) {
      return null;
    }
    module.takeInputs(MemoryOrder.CHANNELS_LAST);
    try {
      Tensor found = run(module, "forward", x).get(0);
      return isClose(found, expected) ? found : null;
    } catch (EngineException e) {
      return null;
    }
  }

  private static boolean isClose(Tensor found, Tensor expected) {
    double scale = 0;
    double difference = 0;
    for (int i = 0; i < expected.data().length; i++) {
      scale = Math.max(scale, Math.abs(expected.data()[i]));
      difference = Math.max(difference, Math.abs(found.data()[i] - expected.data()[i]));
    }
    return Arrays.equals(found.shape(), expected.shape()) && difference <= ROUNDING * scale;
  }

  private static String shape(int[] inputShape) {
    return "[b, " + Arrays.toString(inputShape).substring(1);
  }

  private static boolean isTable(Tensor tensor) {
    return tensor.shape().length == 2 && tensor.rowSize() > 0;
  }

  private static @Nullable Answer pass(TorchModule module, String method, Tensor x) {
    try {
      List<Tensor> answer = run(module, method, x);
      boolean fits = answer.size() == 2 && answer.stream().allMatch(ModelProbe::isTable);
      return fits ? new Answer(answer.get(0), answer.get(1)) : null;
    } catch (EngineException e) {
      return null; // the method does not fit this model; the next one may
    }
  }

  private static List<Tensor> run(TorchModule module, String method, Tensor x) {
    try (EngineGate.Passage inside = EngineGate.process().enter();
        PtNDManager scope = module.newScope()) {
      NDList results = module.run(method, scope, x, false);
      List<Tensor> tensors = new ArrayList<>();
      for (NDArray result : results) {
        tensors.add(TorchModule.tensor(result));
      }
      return tensors;
    }
  }
}
