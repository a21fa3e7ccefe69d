/** The metrics of a serving node: one enum that names them, one class that counts. */
@NullMarked
package dev.meander.serving.metrics;

import org.jspecify.annotations.NullMarked;
