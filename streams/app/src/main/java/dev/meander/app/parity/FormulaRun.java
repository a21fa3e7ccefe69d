package dev.meander.app.parity;

import com.fasterxml.jackson.databind.JsonNode;
import dev.meander.core.correct.Affinity;
import dev.meander.core.correct.Lame;
import dev.meander.core.memory.CategoryBalanced;
import dev.meander.core.memory.Remembered;
import dev.meander.core.objective.AnchoredCrossEntropy;
import dev.meander.core.objective.Entropy;
import dev.meander.core.objective.GeneralisedCrossEntropy;
import dev.meander.core.objective.Objective;
import dev.meander.core.objective.Pass;
import dev.meander.core.objective.Rows;
import dev.meander.core.objective.SoftLikelihoodRatio;
import dev.meander.core.objective.SymmetricCrossEntropy;
import dev.meander.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Recorded values of single formulas: losses with gradients, LAME on one batch, a memory bank. */
final class FormulaRun {

  private final GoldenSet set;
  private final NumberFile numbers;

  private FormulaRun(GoldenSet set) {
    this.set = set;
    this.numbers = set.numbers();
  }

  /** Every formula the set records; none where it records none. */
  static List<Deviation> follow(GoldenSet set) {
    FormulaRun run = new FormulaRun(set);
    List<Deviation> all = new ArrayList<>();
    if (set.description().has("losses")) {
      all.addAll(run.losses());
    }
    if (set.description().has("lame")) {
      all.addAll(run.lame());
    }
    if (set.description().has("cstu")) {
      all.addAll(run.cstu());
    }
    return all;
  }

  private List<Deviation> losses() {
    Deviations deviations = new Deviations(set.name(), "losses");
    double tolerance =
        set.description().path("losses_tolerance").path("suggested_abs").asDouble(1e-5);
    Tensor logits = numbers.get("loss.logits");
    Tensor other = numbers.get("loss.logits_ema");
    int n = logits.rows();
    int[] backwards = IntStream.range(0, n).map(i -> n - 1 - i).toArray();
    Rows z = Rows.of(logits);
    Rows t = Rows.of(other);
    Rows anchor = Rows.of(logits.rows(backwards));
    int size = logits.data().length;
    float[][] gradients = new float[5][size];
    float[][] values = new float[3][n];
    for (int i = 0; i < n; i++) {
      values[0][i] = (float) SymmetricCrossEntropy.add(z, i, t, i, 1, gradients[0], gradients[1]);
      values[1][i] = (float) SoftLikelihoodRatio.add(z, i, 1, gradients[2]);
      values[2][i] =
          (float)
              (AnchoredCrossEntropy.add(z, anchor, i, .5, gradients[3])
                  + AnchoredCrossEntropy.add(t, anchor, i, .5, gradients[4]));
    }
    double q = set.description().path("losses").path("gce").path("q").asDouble(0.8);
    objective(deviations, "entropy", new Entropy(), logits, tolerance);
    objective(deviations, "gce", new GeneralisedCrossEntropy(q), logits, tolerance);
    compare(deviations, "loss.sce", values[0], tolerance);
    compare(deviations, "loss.sce.grad0", gradients[0], tolerance);
    compare(deviations, "loss.sce.grad1", gradients[1], tolerance);
    compare(deviations, "loss.slr", values[1], tolerance);
    compare(deviations, "loss.slr.grad0", gradients[2], tolerance);
    compare(deviations, "loss.augce", values[2], tolerance);
    compare(deviations, "loss.augce.grad0", gradients[3], tolerance);
    compare(deviations, "loss.augce.grad1", gradients[4], tolerance);
    return deviations.all();
  }

  /** One row at a time, so that the mean is the row's value. */
  private void objective(
      Deviations deviations, String name, Objective objective, Tensor logits, double tolerance) {
    int n = logits.rows();
    float[] values = new float[n];
    float[] gradients = new float[logits.data().length];
    for (int i = 0; i < n; i++) {
      Tensor row = logits.rows(new int[] {i});
      float[] gradient = new float[row.data().length];
      values[i] =
          (float) objective.evaluate(new Pass(row, row, new double[] {1}), gradient, new float[0]);
      System.arraycopy(gradient, 0, gradients, i * gradient.length, gradient.length);
    }
    compare(deviations, "loss." + name, values, tolerance);
    compare(deviations, "loss." + name + ".grad0", gradients, tolerance);
  }

  private void compare(Deviations deviations, String tensor, float[] found, double tolerance) {
    deviations.compare(tensor.substring(5), found, numbers.get(tensor).data(), tolerance);
  }

  private List<Deviation> lame() {
    JsonNode lame = set.description().path("lame");
    Deviations deviations = new Deviations(set.name(), "lame");
    double tolerance = lame.path("tolerance").path("suggested_abs").asDouble(1e-5);
    Tensor features = numbers.get(lame.path("features").asText());
    Tensor logits = numbers.get(lame.path("logits").asText());
    for (JsonNode one : lame.path("cases")) {
      String affinity = one.path("affinity").asText();
      int k = one.path("k").asInt();
      String name = affinity + " k=" + k;
      Affinity kind = Affinity.valueOf(affinity.toUpperCase(Locale.ROOT));
      if (kind == Affinity.RBF && k < 2) {
        continue; // refused by the corrector; the recorded numbers are not numbers
      }
      Lame.Solution found = new Lame(kind, k, 100, 1e-8, false).solve(logits, features);
      float[] y = new float[found.probabilities().length];
      for (int i = 0; i < y.length; i++) {
        y[i] = (float) found.probabilities()[i];
      }
      deviations.compare(name, y, numbers.get(one.path("Y").asText()).data(), tolerance);
      float[] energies = numbers.get(one.path("energy_per_iteration").asText()).data();
      for (int i = 0; i < Math.min(energies.length, found.energies().size()); i++) {
        deviations.compareRelative(
            name + " energies", found.energies().get(i), energies[i], tolerance);
      }
    }
    return deviations.all();
  }

  private List<Deviation> cstu() {
    JsonNode cstu = set.description().path("cstu");
    Deviations deviations = new Deviations(set.name(), "cstu");
    int classes = cstu.path("classes").asInt();
    CategoryBalanced bank =
        new CategoryBalanced(
            cstu.path("capacity").asInt(),
            classes,
            new int[] {1},
            cstu.path("lambda_t").asDouble(),
            cstu.path("lambda_u").asDouble());
    for (JsonNode step : cstu.path("steps")) {
      bank.offer(
          new float[] {step.path("id").asInt()},
          step.path("cls").asInt(),
          step.path("u").asDouble(),
          new SplittableRandom(0));
      deviations.compare("ids and ages", held(bank.content()), recorded(step), 0);
    }
    return deviations.all();
  }

  /** Class, id and age of every sample, in order. */
  private static float[] held(Remembered content) {
    float[] held = new float[3 * content.labels().length];
    for (int i = 0; i < content.labels().length; i++) {
      held[3 * i] = content.labels()[i];
      held[3 * i + 1] = content.x().data()[i];
      held[3 * i + 2] = (float) content.ages()[i];
    }
    return held;
  }

  private static float[] recorded(JsonNode step) {
    float[] recorded = new float[0];
    JsonNode memory = step.path("memory_after");
    for (int label = 0; label < memory.size(); label++) {
      for (JsonNode sample : memory.get(label)) {
        int from = recorded.length;
        recorded = Arrays.copyOf(recorded, from + 3);
        recorded[from] = label;
        recorded[from + 1] = sample.path(0).asInt();
        recorded[from + 2] = sample.path(1).asInt();
      }
    }
    return recorded;
  }
}
