/**
 * Second stage: samples become steps. The judgement is the core's {@code Learner}; this package
 * keeps its state in stores.
 */
@NullMarked
package dev.meander.streams.learner;

import org.jspecify.annotations.NullMarked;
