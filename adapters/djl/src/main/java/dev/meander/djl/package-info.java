/**
 * The model port on DJL and PyTorch: opens TorchScript archives, patches them so that running
 * statistics, normalisation and features can be reached, adapts and serves them. The only code that
 * knows {@code ai.djl}.
 */
@NullMarked
package dev.meander.djl;

import org.jspecify.annotations.NullMarked;
