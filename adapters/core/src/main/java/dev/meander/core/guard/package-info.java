/** Judges a candidate before it is published. Between learner and publish. */
@NullMarked
package dev.meander.core.guard;

import org.jspecify.annotations.NullMarked;
