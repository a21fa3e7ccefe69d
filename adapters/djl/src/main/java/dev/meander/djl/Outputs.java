package dev.meander.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import dev.meander.core.model.ModelRefusedException;
import dev.meander.core.model.ModelSource;
import dev.meander.core.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Which of a model's outputs the logits are.
 *
 * @param name of the output; empty when the model answers one tensor
 */
record Outputs(String name) {

  /** The model answers one tensor. */
  static final Outputs ONE = new Outputs("");

  /** Names that models give their logits, the surest first. */
  private static final List<String> NAMES =
      List.of(
          "logits",
          "output",
          "out",
          "outputs",
          "pred",
          "preds",
          "prediction",
          "predictions",
          "scores",
          "class_logits",
          "cls_logits");

  /**
   * Chooses among what a model answered.
   *
   * @param answers tensors by name, in order
   * @param rows inputs that were given
   * @param source says which is wanted
   * @throws ModelRefusedException when none is, or several could be
   */
  static Outputs choose(Map<String, Tensor> answers, int rows, ModelSource source) {
    String wanted = source.output();
    if (!wanted.equals(ModelSource.OBVIOUS)) {
      if (answers.containsKey(wanted)) {
        return new Outputs(wanted);
      }
      throw new ModelRefusedException(
          "expected one of the outputs of "
              + source.file()
              + " in model.output, found "
              + wanted
              + " where it answers "
              + words(answers));
    }
    List<String> tables =
        answers.entrySet().stream()
            .filter(answer -> isTable(answer.getValue(), rows))
            .map(Map.Entry::getKey)
            .toList();
    List<String> known =
        NAMES.stream()
            .flatMap(name -> tables.stream().filter(t -> name.equals(t.toLowerCase(Locale.ROOT))))
            .toList();
    if (!known.isEmpty()) {
      return new Outputs(known.get(0));
    }
    if (tables.size() == 1) {
      return new Outputs(tables.get(0));
    }
    throw new ModelRefusedException(
        "expected one output with logits [b, classes] from "
            + source.file()
            + ", found "
            + words(answers)
            + " for "
            + rows
            + " inputs; say which one in model.output");
  }

  static boolean isTable(Tensor tensor, int rows) {
    return tensor.shape().length == 2 && tensor.rows() == rows && tensor.rowSize() > 0;
  }

  private static String words(Map<String, Tensor> answers) {
    return answers.entrySet().stream()
        .map(answer -> answer.getKey() + " " + Arrays.toString(answer.getValue().shape()))
        .collect(Collectors.joining(", "));
  }

  /** The logits among the results of a method, which come last. */
  NDArray logits(NDList results) {
    return name.isEmpty() ? results.get(results.size() - 1) : results.get(name);
  }
}
