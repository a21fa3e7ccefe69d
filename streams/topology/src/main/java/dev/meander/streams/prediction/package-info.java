/**
 * The learner's own answers as records, for pipelines that wait for a batch. They leave in the
 * transaction of the step that made them.
 */
@NullMarked
package dev.meander.streams.prediction;

import org.jspecify.annotations.NullMarked;
