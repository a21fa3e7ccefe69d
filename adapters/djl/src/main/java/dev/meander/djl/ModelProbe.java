package dev.meander.djl;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.pytorch.engine.PtNDManager;
import dev.meander.core.model.InputShapeRefusedException;
import dev.meander.core.model.ModelRefusedException;
import dev.meander.core.model.ModelSource;
import dev.meander.core.model.ModelSpec;
import dev.meander.core.model.NormMode;
import dev.meander.core.tensor.Tensor;
import dev.meander.core.weights.Layout;
import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Finds out what a loaded model is by running it on made-up inputs: classes, which output the
 * logits are, features and their width, the head.
 *
 * @param spec what it is
 * @param method method that answers, with features where the model has them
 * @param outputs which of its results the logits are
 * @param order how inputs lie in memory; the module that was probed takes them so
 */
record ModelProbe(ModelSpec spec, String method, Outputs outputs, MemoryOrder order) {

  /** Place of the features among the results of a pass that has them. */
  static final int FEATURES = 0;

  private static final int ROWS = 2;
  private static final int[] OTHER_ROWS = {3, 1};
  private static final int[] FIXED_ROWS = {1, 4, 8, 16, 32, 64};
  private static final long SEED = 1;

  /** By how much logits may differ between memory orders, beside the largest of them. */
  private static final double ROUNDING = 1e-3;

  /** What one method answered: features, the result of the layer that sees them, logits. */
  private record Answer(Tensor features, Tensor result, Tensor logits) {}

  /** A method with features, and the blocks with the head told apart if it is linear. */
  private record Pass(String method, int width, Layout layout) {}

  /**
   * Probes a module.
   *
   * @throws ModelRefusedException when the model cannot be served
   */
  static ModelProbe of(TorchModule module, ModelFile file, ModelSource source, TorchEngine engine) {
    module.normalise(NormMode.SOURCE.code());
    Tensor x = input(source.inputShape(), ROWS);
    Outputs outputs = outputs(module, file, source, x);
    String answering = ArchivePatch.ANSWER;
    Tensor logits = logits(module, answering, outputs, x);
    if (!logits(module, answering, outputs, x).equals(logits)) {
      throw new ModelRefusedException(
          "expected equal answers to equal inputs, found two that differ from "
              + file.archive().file()
              + "; export after model.eval()");
    }
    checkOtherRows(module, file, source, outputs);
    NormFinding norms = NormFinding.of(file, module, x);
    module.steerOnly(norms.steered());
    ModelComparison comparison = untouched(file, source, outputs, norms);
    MemoryOrder order = MemoryOrder.AS_SHAPED;
    Tensor reordered =
        source.reordersInputs() ? channelsLast(module, answering, outputs, x, logits) : null;
    if (reordered != null) {
      order = MemoryOrder.CHANNELS_LAST;
      logits = reordered;
    }
    module.takeInputs(order);
    Pass pass = pass(module, file, Inventory.of(file, module, norms), outputs, x, logits);
    order = compared(module, pass.method(), outputs, order, comparison, file);
    ModelSpec spec =
        new ModelSpec(
            source.name(),
            file.digest(),
            source.inputShape(),
            logits.rowSize(),
            pass.width(),
            pass.layout(),
            engine.version(order),
            engine.threads(),
            norms.unsteered());
    return new ModelProbe(spec, pass.method(), outputs, order);
  }

  /** Asks the model as the user gave it, which is let go afterwards. */
  private static ModelComparison untouched(
      ModelFile file, ModelSource source, Outputs outputs, NormFinding norms) {
    try (TorchModule original = file.loadUntouched()) {
      ModelComparison comparison =
          new ModelComparison(
              x -> logits(original, file.untouchedMethod(), outputs, x), source.inputShape());
      comparison.checkRowsAlone(file.archive().file(), norms.unsteered());
      return comparison;
    } catch (EngineException e) {
      throw unable(file, source, e);
    }
  }

  /** The order in which the module answers as the user's model does. */
  private static MemoryOrder compared(
      TorchModule module,
      String method,
      Outputs outputs,
      MemoryOrder order,
      ModelComparison comparison,
      ModelFile file) {
    UnaryOperator<Tensor> patched = x -> logits(module, method, outputs, x);
    ModelComparison.Difference difference = comparison.difference(patched);
    if (difference != null && order != MemoryOrder.AS_SHAPED) {
      module.takeInputs(MemoryOrder.AS_SHAPED);
      return compared(module, method, outputs, MemoryOrder.AS_SHAPED, comparison, file);
    }
    if (difference != null) {
      ModelComparison.refuse(file.archive().file(), difference);
    }
    return order;
  }

  /**
   * The pass whose features a linear head sees; else one of another head; else without features.
   */
  private static Pass pass(
      TorchModule module,
      ModelFile file,
      Inventory inventory,
      Outputs outputs,
      Tensor x,
      Tensor logits) {
    Pass other = new Pass(ArchivePatch.ANSWER, 0, new Layout(inventory.blocks()));
    for (String method : file.patch().passMethods()) {
      Answer answer = answer(module, method, outputs, x);
      if (answer == null || !answer.logits().equals(logits)) {
        continue;
      }
      int width = answer.features().rowSize();
      Layout layout = inventory.withHead(answer.features(), logits);
      if (layout != null) {
        return new Pass(method, width, layout);
      }
      if (other.width() == 0 && answer.result().rowSize() == logits.rowSize()) {
        other = new Pass(method, width, other.layout());
      }
    }
    return other;
  }

  private static Tensor input(int[] inputShape, int rows) {
    int[] shape = new int[inputShape.length + 1];
    shape[0] = rows;
    System.arraycopy(inputShape, 0, shape, 1, inputShape.length);
    SplittableRandom random = new SplittableRandom(SEED);
    float[] data = new float[Arrays.stream(shape).reduce(1, Math::multiplyExact)];
    for (int i = 0; i < data.length; i++) {
      data[i] = (float) random.nextDouble();
    }
    return new Tensor(data, shape);
  }

  private static Outputs outputs(TorchModule module, ModelFile file, ModelSource source, Tensor x) {
    Map<String, Tensor> answers;
    try {
      answers = run(module, ArchivePatch.ANSWER, x);
    } catch (EngineException e) {
      int fixed = fixedRows(module, file, source);
      if (fixed > 0) {
        throw fixedRefusal(file, fixed, e);
      }
      throw unable(file, source, e);
    }
    if (answers.size() == 1 && answers.containsKey("")) {
      Tensor answer = answers.values().iterator().next();
      if (!Outputs.isTable(answer, ROWS)) {
        throw new ModelRefusedException(
            "expected logits [b, classes] from forward, found ["
                + Arrays.toString(answer.shape())
                + "] from "
                + file.archive().file()
                + " for "
                + ROWS
                + " inputs");
      }
      if (!source.output().equals(ModelSource.OBVIOUS)) {
        throw new ModelRefusedException(
            "expected one of the outputs of "
                + file.archive().file()
                + " in model.output, found "
                + source.output()
                + " where it answers one tensor "
                + Arrays.toString(answer.shape())
                + "; leave the key out");
      }
      return Outputs.ONE;
    }
    return Outputs.choose(answers, ROWS, source);
  }

  private static ModelRefusedException unable(
      ModelFile file, ModelSource source, EngineException e) {
    return new InputShapeRefusedException(
        "expected a model for inputs "
            + shape(source.inputShape())
            + ", found that "
            + file.archive().file()
            + " cannot run them: "
            + EngineReason.of(e)
            + (EngineReason.isOfDevice(e)
                ? "; export on the CPU: model.cpu() before torch.jit.script or torch.jit.trace"
                : "; set the input shape that it was exported for"),
        e);
  }

  /** A number of inputs that the model does take, where it does not take others; 0 if none. */
  private static int fixedRows(TorchModule module, ModelFile file, ModelSource source) {
    for (int rows : FIXED_ROWS) {
      try {
        Map<String, Tensor> answers =
            run(module, ArchivePatch.ANSWER, input(source.inputShape(), rows));
        if (answers.values().stream().anyMatch(tensor -> Outputs.isTable(tensor, rows))) {
          return rows;
        }
      } catch (EngineException e) {
        continue; // not this number either
      }
    }
    return 0;
  }

  private static ModelRefusedException fixedRefusal(
      ModelFile file, int rows, EngineException cause) {
    return new ModelRefusedException(
        "expected a model for any number of inputs, found that "
            + file.archive().file()
            + " takes "
            + rows
            + " at a time only, as it was traced: "
            + EngineReason.of(cause)
            + "; export with torch.jit.script, or trace a forward without the batch size in it,"
            + " such as x.flatten(1) for x.view("
            + rows
            + ", -1)",
        cause);
  }

  private static void checkOtherRows(
      TorchModule module, ModelFile file, ModelSource source, Outputs outputs) {
    for (int rows : OTHER_ROWS) {
      Tensor x = input(source.inputShape(), rows);
      try {
        Tensor logits = logits(module, ArchivePatch.ANSWER, outputs, x);
        if (!Outputs.isTable(logits, rows)) {
          throw new ModelRefusedException(
              "expected logits [b, classes] for any number of inputs, found "
                  + Arrays.toString(logits.shape())
                  + " from "
                  + file.archive().file()
                  + " for "
                  + rows
                  + "; squeeze() without a dimension, or a view with the batch size in it, takes"
                  + " the batch away");
        }
      } catch (EngineException e) {
        throw fixedRefusal(file, ROWS, e);
      }
    }
  }

  /**
   * Logits of images that lie channels last; null when the model cannot take them so. A model that
   * looks at its own memory, by a view of a feature map, may refuse them or answer otherwise.
   */
  private static @Nullable Tensor channelsLast(
      TorchModule module, String method, Outputs outputs, Tensor x, Tensor expected) {
    if (!MemoryOrder.isForImages(x.shape())) {
      return null;
    }
    module.takeInputs(MemoryOrder.CHANNELS_LAST);
    try {
      Tensor found = logits(module, method, outputs, x);
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

  private static @Nullable Answer answer(
      TorchModule module, String method, Outputs outputs, Tensor x) {
    try (EngineGate.Passage inside = EngineGate.process().enter();
        PtNDManager scope = module.newScope()) {
      NDList results = module.run(method, scope, x, false);
      Tensor features = TorchModule.tensor(results.get(FEATURES));
      Tensor result = TorchModule.tensor(results.get(FEATURES + 1));
      boolean fits = Outputs.isTable(features, ROWS) && Outputs.isTable(result, ROWS);
      return fits
          ? new Answer(features, result, TorchModule.tensor(outputs.logits(results)))
          : null;
    } catch (EngineException e) {
      return null; // the layer has no part in this pass; the next one may
    }
  }

  private static Tensor logits(TorchModule module, String method, Outputs outputs, Tensor x) {
    try (EngineGate.Passage inside = EngineGate.process().enter();
        PtNDManager scope = module.newScope()) {
      return TorchModule.tensor(outputs.logits(module.run(method, scope, x, false)));
    }
  }

  private static Map<String, Tensor> run(TorchModule module, String method, Tensor x) {
    try (EngineGate.Passage inside = EngineGate.process().enter();
        PtNDManager scope = module.newScope()) {
      Map<String, Tensor> tensors = new TreeMap<>();
      for (NDArray result : module.run(method, scope, x, false)) {
        String name = result.getName();
        tensors.put(name == null ? "" : name, TorchModule.tensor(result));
      }
      return tensors;
    }
  }
}
