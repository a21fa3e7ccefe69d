package dev.meander.core.learner;

import dev.meander.core.guard.Probes;
import dev.meander.core.method.Batch;
import dev.meander.core.method.Method;
import dev.meander.core.model.AdaptableModel;
import dev.meander.core.model.PassFailedException;
import dev.meander.core.tensor.Sample;
import dev.meander.core.tensor.Tensor;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a learner tries after the model failed in a step, always from the state before it and in the
 * same order, so that a replay leaves out the same samples:
 *
 * <ol>
 *   <li>every sample alone through the model; those that fail are left out;
 *   <li>the rest as a batch;
 *   <li>if that fails, the rest with whatever method and guard remember of earlier samples
 *       forgotten;
 *   <li>if that fails too, every sample of the rest as a step of its own, twice in its batch, which
 *       finds what fails only in a later pass; those that fail are left out, and the rest is tried;
 *   <li>the whole batch is left out.
 * </ol>
 *
 * <p>That is at most four steps of the batch, and a pass and a step of two rows for each sample.
 *
 * <p>Thread-safety: none; belongs to one step.
 */
final class Attempts {

  private final Method method;
  private final LearnerState state;
  private final double keep;
  private final @Nullable Probes probes;
  private final int[] inputShape;
  private final AdaptableModel model;
  private @Nullable Checkpoint before;
  private final Stepping stepping;
  private final Map<Sample, Refused> refused = new IdentityHashMap<>();
  private @Nullable PassFailedException last;

  /** A step with some samples of its batch. */
  interface Stepping {

    /**
     * Makes it; without samples it is one that only says what was refused.
     *
     * @throws PassFailedException when the model fails
     */
    Step with(List<Sample> rest, List<Refused> refused);
  }

  /**
   * @param probes those of the guard, null for none
   * @param keep share of the old statistics in the moving average
   * @param model whose failures are {@link PassFailedException}
   * @param stepping makes a step
   */
  Attempts(
      Method method,
      @Nullable Probes probes,
      LearnerState state,
      double keep,
      AdaptableModel model,
      Stepping stepping) {
    this.probes = probes;
    this.method = method;
    this.state = state;
    this.keep = keep;
    this.stepping = stepping;
    this.inputShape = model.spec().inputShape();
    this.model = model;
  }

  /**
   * Makes the step with what the model takes.
   *
   * @param batch the samples
   * @param told what else is to be left out
   * @param start the state before
   * @throws MemoryShortException when it is to wait; the state is as before
   */
  Step make(List<Sample> batch, Refusals told, Checkpoint start) {
    before = start;
    batch.stream()
        .filter(sample -> told.known().contains(sample.offset()))
        .forEach(sample -> refused.put(sample, new Refused(sample, true, "left out before")));
    List<Sample> rest = rest(batch);
    Step made = rest.isEmpty() ? nothing(batch) : attempt(batch);
    return made == null ? search(rest, batch, told.patient()) : made;
  }

  private Step search(List<Sample> asked, List<Sample> batch, boolean patient) {
    PassFailedException failed = last();
    int told = refused.size();
    refuseOf(asked, this::alone);
    int found = refused.size() - told;
    if (failed.isMemory() && patient && (found == 0 || found == asked.size())) {
      throw new MemoryShortException(
          "expected memory for a step of "
              + asked.size()
              + " samples, found too little: "
              + failed.getMessage(),
          failed);
    }
    Step made = found == 0 ? null : attempt(batch);
    if (made == null) {
      made = afresh(batch);
    }
    int known = refused.size();
    if (made == null) {
      refuseOf(rest(batch), this::twice);
    }
    if (made == null && refused.size() > known) {
      made = attempt(batch);
    }
    return made == null ? nothing(batch) : made;
  }

  private PassFailedException last() {
    return Objects.requireNonNull(last, "a failure led here");
  }

  /** The step with what is left of the batch; null when it failed. */
  private @Nullable Step attempt(List<Sample> batch) {
    List<Sample> rest = rest(batch);
    if (rest.isEmpty()) {
      return null;
    }
    try {
      return stepping.with(rest, inOrder(batch));
    } catch (PassFailedException e) {
      last = e;
      putBack();
      return null;
    }
  }

  private @Nullable Step afresh(List<Sample> batch) {
    if (rest(batch).isEmpty()) {
      return null;
    }
    if (probes != null) {
      probes.clear();
    }
    try {
      method.restart(model, state.theta, state.statistics);
    } catch (PassFailedException e) {
      putBack();
      return null;
    }
    return attempt(batch);
  }

  private Step nothing(List<Sample> batch) {
    for (Sample sample : rest(batch)) {
      String why = "none of its batch of " + batch.size() + " samples: " + last().getMessage();
      refused.put(sample, new Refused(sample, last().isMemory(), why));
    }
    return stepping.with(List.of(), inOrder(batch));
  }

  private void refuseOf(List<Sample> samples, Consumer<Sample> trial) {
    for (Sample sample : samples) {
      try {
        trial.accept(sample);
      } catch (PassFailedException e) {
        refused.put(sample, new Refused(sample, e.isMemory(), String.valueOf(e.getMessage())));
      }
    }
  }

  private void alone(Sample sample) {
    method.pass(
        model, Tensor.stack(List.of(sample.input()), inputShape), state.theta, state.statistics);
  }

  private void twice(Sample sample) {
    Tensor x = Tensor.stack(List.of(sample.input(), sample.input()), inputShape);
    double[] weights = {sample.weight(), sample.weight()};
    try {
      method.step(model, new Batch(x, weights, state.steps), state.theta, state.statistics, keep);
    } finally {
      putBack();
    }
  }

  private void putBack() {
    Objects.requireNonNull(before, "every attempt begins with a state").restore();
  }

  private List<Sample> rest(List<Sample> batch) {
    return batch.stream().filter(sample -> !refused.containsKey(sample)).toList();
  }

  private List<Refused> inOrder(List<Sample> batch) {
    return batch.stream().map(refused::get).filter(Objects::nonNull).toList();
  }
}
