package dev.meander.core.learner;

import dev.meander.core.guard.Probes;
import dev.meander.core.method.Method;
import dev.meander.core.optimise.Optimiser;
import dev.meander.core.optimise.StateArrays;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Copies of what a step changes, so that a step that fails leaves no trace.
 *
 * <p>Thread-safety: none; belongs to one step.
 */
final class Checkpoint {

  /**
   * One array.
   *
   * @param live what a step writes
   * @param kept what it held
   */
  private record Kept(Object live, Object kept, int length) {

    static Kept of(float[] live) {
      return new Kept(live, live.clone(), live.length);
    }

    static Kept of(double[] live) {
      return new Kept(live, live.clone(), live.length);
    }

    void restore() {
      System.arraycopy(kept, 0, live, 0, length);
    }
  }

  private final List<Kept> arrays = new ArrayList<>();
  private final @Nullable Optimiser optimiser;
  private final long optimiserSteps;
  private final LearnerState state;
  private final long steps;
  private final long samples;
  private final long version;
  private final long firstOffset;
  private final long lastOffset;
  private final Origin origin;

  /**
   * @param probes those of the guard, null for none
   */
  Checkpoint(LearnerState state, Method method, @Nullable Probes probes) {
    this.state = state;
    arrays.add(Kept.of(state.theta));
    arrays.add(Kept.of(state.statistics.estimate()));
    this.optimiser = method.optimiser();
    this.optimiserSteps = optimiser == null ? 0 : optimiser.steps();
    if (optimiser != null) {
      optimiser.moments().values().forEach(values -> arrays.add(Kept.of(values)));
    }
    StateArrays parts = method.state();
    parts.floats().values().forEach(values -> arrays.add(Kept.of(values)));
    parts.doubles().values().forEach(values -> arrays.add(Kept.of(values)));
    if (probes != null) {
      probes.floats().values().forEach(values -> arrays.add(Kept.of(values)));
      arrays.add(Kept.of(probes.counts()));
    }
    this.steps = state.steps;
    this.samples = state.samples;
    this.version = state.version;
    this.firstOffset = state.firstOffset;
    this.lastOffset = state.lastOffset;
    this.origin = state.origin;
  }

  /** Puts everything back. */
  void restore() {
    arrays.forEach(Kept::restore);
    if (optimiser != null) {
      optimiser.resumeAt(optimiserSteps);
    }
    state.steps = steps;
    state.samples = samples;
    state.version = version;
    state.firstOffset = firstOffset;
    state.lastOffset = lastOffset;
    state.origin = origin;
  }
}
