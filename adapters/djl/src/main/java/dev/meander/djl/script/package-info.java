/**
 * Writes TorchScript archives in plain Java, without PyTorch: class text, attributes and tensors.
 * Makes the project's own networks; what it writes is opened like any user's file.
 */
@NullMarked
package dev.meander.djl.script;

import org.jspecify.annotations.NullMarked;
