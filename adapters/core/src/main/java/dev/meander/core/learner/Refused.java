package dev.meander.core.learner;

import dev.meander.core.tensor.Sample;

/**
 * A sample that its step left out, because the model does not take it.
 *
 * @param sample takes its place in the batch, and no part in the step
 * @param memory true when memory was short, so that another machine might take it
 * @param message what the model threw
 */
public record Refused(Sample sample, boolean memory, String message) {}
