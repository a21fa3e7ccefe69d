/**
 * Update rules over float arrays, equal to PyTorch's. Between the objective's gradient and the
 * learner's weights.
 */
@NullMarked
package dev.meander.core.optimise;

import org.jspecify.annotations.NullMarked;
