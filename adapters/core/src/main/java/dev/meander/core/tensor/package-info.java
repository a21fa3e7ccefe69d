/** Dense float tensors: the carrier between data, model and method. Knows nothing above it. */
@NullMarked
package dev.meander.core.tensor;

import org.jspecify.annotations.NullMarked;
