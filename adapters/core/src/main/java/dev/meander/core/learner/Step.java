package dev.meander.core.learner;

import dev.meander.core.guard.Verdict;
import dev.meander.core.tensor.Sample;
import dev.meander.core.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one update gave.
 *
 * @param number steps of the learner so far, this one included
 * @param parent version the learner had published before it; 0 is the base model
 * @param samples those it was made of, in offset order; none when the model took none
 * @param logits the learner's own predictions for the batch, made before the update {@code [b,
 *     classes]}
 * @param loss value of the objective; NaN when nothing is trained
 * @param verdict what the guard said; null when this step made no candidate
 * @param version what is to be published; null unless the verdict is PROMOTE
 * @param refused samples of the batch that were left out, in offset order
 */
public record Step(
    long number,
    long parent,
    List<Sample> samples,
    Tensor logits,
    double loss,
    @Nullable Verdict verdict,
    @Nullable Version version,
    List<Refused> refused) {

  public Step {
    samples = List.copyOf(samples);
    refused = List.copyOf(refused);
  }

  /** A step that left no sample out. */
  public Step(
      long number,
      long parent,
      List<Sample> samples,
      Tensor logits,
      double loss,
      @Nullable Verdict verdict,
      @Nullable Version version) {
    this(number, parent, samples, logits, loss, verdict, version, List.of());
  }

  /** The same step, which left {@code left} out. */
  Step without(List<Refused> left) {
    return left.isEmpty()
        ? this
        : new Step(number, parent, samples, logits, loss, verdict, version, left);
  }
}
