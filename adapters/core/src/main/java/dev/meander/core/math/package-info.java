/**
 * Allocation-free kernels on float arrays: softmax, entropy, norms. The bottom of the core; knows
 * nothing above it.
 */
@NullMarked
package dev.meander.core.math;

import org.jspecify.annotations.NullMarked;
