package dev.meander.app.demo;

import dev.meander.core.math.Softmax;
import dev.meander.core.model.AdaptableModel;
import dev.meander.core.model.NormMode;
import dev.meander.core.model.Tape;
import dev.meander.core.tensor.Tensor;
import dev.meander.core.weights.AdapterWeights;
import dev.meander.core.weights.Block;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Judges answers after the fact with a model of its own: what the frozen model would have said, and
 * whether each answer is what the version on its stamp says. An answer is torn when its logits
 * differ from those of its version by more than {@link #TOLERANCE} of the largest logit; batch size
 * changes the last bits of a convolution, mixed weights change far more.
 *
 * <p>Thread-safety: none.
 */
final class AnswerAudit {

  /** Relative tolerance between an answer and its version's answer. */
  static final double TOLERANCE = 1e-3;

  private static final int BATCH = 64;

  private final AdaptableModel model;
  private final Map<Long, AdapterWeights> versions;
  private final Map<String, SegmentCount> segments = new LinkedHashMap<>();
  private int torn;
  private int unversioned;

  /** Running counts of one segment. */
  private static final class SegmentCount {
    int samples;
    int wrongFrozen;
    int wrongAdapted;
  }

  /**
   * @param model a model that nobody else uses meanwhile
   * @param versions weights of every published version
   */
  AnswerAudit(AdaptableModel model, Map<Long, AdapterWeights> versions) {
    this.model = model;
    this.versions = versions;
  }

  /**
   * Judges all answers.
   *
   * @param progress told how many answers were judged since the last call
   */
  void judge(Collection<AnsweredEvent> answers, IntConsumer progress) {
    Map<Long, List<AnsweredEvent>> byVersion = new TreeMap<>();
    for (AnsweredEvent answer : answers) {
      segments.computeIfAbsent(answer.segment(), name -> new SegmentCount());
      byVersion.computeIfAbsent(answer.version(), version -> new ArrayList<>()).add(answer);
    }
    byVersion.forEach(
        (version, group) -> {
          for (int from = 0; from < group.size(); from += BATCH) {
            List<AnsweredEvent> batch = group.subList(from, Math.min(group.size(), from + BATCH));
            judgeBatch(version, batch);
            progress.accept(batch.size());
          }
        });
  }

  private void judgeBatch(long version, List<AnsweredEvent> batch) {
    Tensor x =
        Tensor.stack(batch.stream().map(AnsweredEvent::input).toList(), model.spec().inputShape());
    Tensor frozen = forward(x, null);
    @Nullable AdapterWeights weights = versions.get(version);
    if (weights == null && version != 0) {
      unversioned += batch.size();
    }
    Tensor expected = weights == null ? frozen : forward(x, weights);
    int classes = frozen.rowSize();
    for (int row = 0; row < batch.size(); row++) {
      AnsweredEvent answer = batch.get(row);
      SegmentCount count = segments.get(answer.segment());
      if (count == null) {
        throw new IllegalStateException("every segment was counted before");
      }
      count.samples++;
      if (Softmax.argMax(frozen.data(), row * classes, classes) != answer.label()) {
        count.wrongFrozen++;
      }
      if (Softmax.argMax(answer.logits(), 0, classes) != answer.label()) {
        count.wrongAdapted++;
      }
      if ((weights != null || version == 0) && differs(expected.row(row), answer.logits())) {
        torn++;
      }
    }
  }

  private Tensor forward(Tensor x, @Nullable AdapterWeights weights) {
    for (Block block : model.spec().inventory().blocks()) {
      float[] floats = new float[block.size()];
      if (weights != null && weights.layout().contains(block.name())) {
        weights.read(block, floats);
      } else {
        model.readBase(block, floats);
      }
      model.write(block, floats);
    }
    try (Tape tape = model.forward(x, NormMode.SOURCE, false)) {
      return tape.logits();
    }
  }

  static boolean differs(float[] expected, float[] found) {
    double largest = 1;
    for (float value : expected) {
      largest = Math.max(largest, Math.abs(value));
    }
    for (int i = 0; i < expected.length; i++) {
      if (!(Math.abs(expected[i] - found[i]) <= TOLERANCE * largest)) {
        return true;
      }
    }
    return false;
  }

  /** Answers that are not their version's. */
  int torn() {
    return torn;
  }

  /** Answers without a stamp, or stamped with a version that was never published. */
  int unversioned() {
    return unversioned;
  }

  /** Errors by segment, in order of first appearance. */
  List<DemoReport.Segment> segments() {
    List<DemoReport.Segment> found = new ArrayList<>();
    segments.forEach(
        (name, count) ->
            found.add(
                new DemoReport.Segment(
                    name,
                    count.samples,
                    100.0 * count.wrongFrozen / count.samples,
                    100.0 * count.wrongAdapted / count.samples)));
    return found;
  }
}
