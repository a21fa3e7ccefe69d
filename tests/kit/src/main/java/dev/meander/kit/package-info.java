/**
 * Support shared by the tests of every module: the repository and its data pack, seeds, a clock
 * that stands still, golden files. Knows no module of ours.
 */
@NullMarked
package dev.meander.kit;

import org.jspecify.annotations.NullMarked;
