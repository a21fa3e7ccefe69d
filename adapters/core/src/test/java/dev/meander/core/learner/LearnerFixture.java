package dev.meander.core.learner;

import dev.meander.core.guard.GuardConfig;
import dev.meander.core.method.MethodConfig;
import dev.meander.core.model.FakeModel;
import dev.meander.core.optimise.OptimiserConfig;
import dev.meander.core.tensor.Sample;
import dev.meander.core.weights.LineageId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Small models, configurations and streams for the learner's tests. */
final class LearnerFixture {

  static final int[] SHAPE = {3, 4, 4};
  static final int CLASSES = 5;
  static final LineageId LINEAGE = new LineageId("fake", LineageId.GLOBAL);

  private LearnerFixture() {}

  static FakeModel model() {
    return new FakeModel("fake", SHAPE, CLASSES, 1);
  }

  static MethodConfig method(String name, OptimiserConfig.Rule rule) {
    return new MethodConfig(name, rule, 1e-2, .9, true, .3);
  }

  /** Batches of four, flushed by age from two samples on after a second; a version per step. */
  static LearnerConfig config(MethodConfig method) {
    return new LearnerConfig(
        method, new GuardConfig(10), 4, 2, Duration.ofSeconds(1), .5, .1, 1, 1);
  }

  static LearnerConfig config(String method) {
    return config(method(method, OptimiserConfig.Rule.ADAM));
  }

  static LearnerConfig publishingEvery(int steps, LearnerConfig config) {
    return new LearnerConfig(
        config.method(),
        config.guard(),
        config.batchSize(),
        config.batchMin(),
        config.batchAgeMax(),
        config.statisticsKeep(),
        config.statisticsSourceShare(),
        steps,
        config.seed());
  }

  static Sample sample(long offset, long eventTimeMillis, float[] input) {
    return new Sample("e" + offset, eventTimeMillis, input, new float[0], 1, offset);
  }

  /** Inputs of all classes in turn, darkened and stretched: the drift to adapt to; 10 ms apart. */
  static List<Sample> drifted(int count, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Sample> samples = new ArrayList<>();
    try (FakeModel model = model()) {
      for (int i = 0; i < count; i++) {
        float[] input = model.input(i % CLASSES, random, .5);
        for (int j = 0; j < input.length; j++) {
          input[j] = 2 * input[j] - 1 - j / 10f;
        }
        samples.add(sample(i, 10L * i, input));
      }
    }
    return samples;
  }

  /** Offers samples one by one and returns the steps. */
  static List<Step> offerAll(Learner learner, FakeModel model, List<Sample> samples) {
    List<Step> steps = new ArrayList<>();
    samples.forEach(sample -> steps.addAll(learner.offer(sample, model)));
    return steps;
  }

  /** Versions of the steps that made one. */
  static List<Version> versions(List<Step> steps) {
    List<Version> versions = new ArrayList<>();
    for (Step step : steps) {
      Version version = step.version();
      if (version != null) {
        versions.add(version);
      }
    }
    return versions;
  }
}
