/**
 * Labelled data sets: glyphs drawn by this project, and files in the formats of CIFAR, CIFAR-10-C,
 * MNIST (IDX) and streams of numbers (CSV). A file that is something else is refused with the
 * reason. Everything above reads them through {@link dev.meander.replay.data.DataSet}, one input at
 * a time.
 */
@NullMarked
package dev.meander.replay.data;

import org.jspecify.annotations.NullMarked;
