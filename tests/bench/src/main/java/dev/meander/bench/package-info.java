/**
 * Benchmarks. Figures are ratios of two measurements in one run on one machine; nothing here is a
 * test.
 */
@NullMarked
package dev.meander.bench;

import org.jspecify.annotations.NullMarked;
