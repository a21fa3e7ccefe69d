/**
 * People's files as bytes, text and tables: what a file is by its first bytes, gzip, encodings,
 * separators and quotes of CSV, ARFF. A file that cannot be read is refused with the line, or in
 * words that say what it is. What the cells mean is decided elsewhere.
 */
@NullMarked
package dev.meander.replay.file;

import org.jspecify.annotations.NullMarked;
