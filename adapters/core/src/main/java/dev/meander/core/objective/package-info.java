/**
 * Losses in plain Java: value and gradient with respect to logits and features. The engine only
 * pulls the gradient back.
 */
@NullMarked
package dev.meander.core.objective;

import org.jspecify.annotations.NullMarked;
