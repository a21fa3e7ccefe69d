package dev.meander.core.head;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meander.core.guard.GuardConfig;
import dev.meander.core.learner.Learner;
import dev.meander.core.learner.LearnerConfig;
import dev.meander.core.learner.Step;
import dev.meander.core.math.Vectors;
import dev.meander.core.method.MethodConfig;
import dev.meander.core.method.Methods;
import dev.meander.core.model.AdaptableModel;
import dev.meander.core.tensor.Sample;
import dev.meander.core.weights.LineageId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Which methods run on embeddings as they are configured by default: all but those whose
 * configuration has to name source samples. Views of images are noise here, as their code says.
 */
class HeadMethodsTest {

  private static final HeadShape SHAPE = new HeadShape(12, 2, 4);
  private static final int BATCH = 8;

  private static List<Step> run(String method) {
    LearnerConfig config =
        new LearnerConfig(
            MethodConfig.named(method),
            new GuardConfig(100),
            BATCH,
            1,
            Duration.ofDays(1),
            .3,
            .1,
            1,
            5);
    SplittableRandom random = new SplittableRandom(2);
    List<Step> steps = new ArrayList<>();
    try (AdaptableModel model = Heads.open(Heads.random(SHAPE, 3))) {
      Learner learner = new Learner(new LineageId("m", "global"), config, model);
      for (int i = 0; i < 5 * BATCH; i++) {
        float[] x = new float[SHAPE.features()];
        for (int j = 0; j < x.length; j++) {
          x[j] = (float) (2 * random.nextGaussian() + .5);
        }
        steps.addAll(learner.offer(new Sample("e" + i, i, x, new float[0], 1, i), model));
      }
    }
    return steps;
  }

  @Test
  void shouldRunEveryMethodOrSayWhyNot() {
    Map<String, String> refused = new TreeMap<>();
    for (String method : Methods.names()) {
      try {
        List<Step> steps = run(method);
        assertThat(steps).as(method).hasSize(5);
        assertThat(steps)
            .as(method)
            .allSatisfy(step -> assertThat(Vectors.allFinite(step.logits().data())).isTrue());
        assertThat(run(method).stream().map(Step::logits))
            .as(method)
            .containsExactlyElementsOf(steps.stream().map(Step::logits).toList());
      } catch (IllegalArgumentException e) {
        refused.put(method, String.valueOf(e.getMessage()));
      }
    }
    assertThat(refused.keySet()).containsExactly("eata", "gtta", "rmt");
    refused.forEach(
        (method, reason) ->
            assertThat(reason)
                .isEqualTo(
                    "method %s: expected source samples, found none; eta and rmt-source-free need none",
                    method));
  }
}
