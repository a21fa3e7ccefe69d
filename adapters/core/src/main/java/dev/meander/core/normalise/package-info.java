/** What batch norms normalise with, in a step and in serving. Between the model and the method. */
@NullMarked
package dev.meander.core.normalise;

import org.jspecify.annotations.NullMarked;
