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
 * @param samples the batch, in offset order
 * @param logits the learner's own predictions for the batch, made before the update {@code [b,
 *     classes]}
 * @param loss value of the objective; NaN when nothing is trained
 * @param verdict what the guard said; null when this step made no candidate
 * @param version what is to be published; null unless the verdict is PROMOTE
 */
public record Step(
    long number,
    long parent,
    List<Sample> samples,
    Tensor logits,
    double loss,
    @Nullable Verdict verdict,
    @Nullable Version version) {}
