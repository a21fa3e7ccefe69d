/**
 * The port to a model: forward, vector-Jacobian product, blocks; and the slot a serving node swaps
 * adapters in. Implemented by an engine module that is found at run time through {@link
 * dev.meander.core.model.ModelProvider}.
 */
@NullMarked
package dev.meander.core.model;

import org.jspecify.annotations.NullMarked;
