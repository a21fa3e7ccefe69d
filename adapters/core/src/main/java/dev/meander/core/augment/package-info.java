/**
 * Random views of a batch. One set of random numbers is drawn for the whole batch, by seed, unless
 * a class says otherwise.
 */
@NullMarked
package dev.meander.core.augment;

import org.jspecify.annotations.NullMarked;
