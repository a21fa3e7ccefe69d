package dev.meander.core.guard;

import dev.meander.core.weights.AdapterWeights;
import dev.meander.core.weights.LineageId;

/**
 * An adapter after a step.
 *
 * @param lineage whose
 * @param parent version the learner last published; 0 is the base model
 * @param weights trained blocks and the statistics to serve with
 * @param base the base model's floats in the same layout
 */
public record Candidate(
    LineageId lineage, long parent, AdapterWeights weights, AdapterWeights base) {}
