/**
 * Labelled image sets: glyphs drawn by this project, and CIFAR-10 files. Everything above reads
 * them through {@link dev.meander.replay.data.DataSet}, one image at a time.
 */
@NullMarked
package dev.meander.replay.data;

import org.jspecify.annotations.NullMarked;
