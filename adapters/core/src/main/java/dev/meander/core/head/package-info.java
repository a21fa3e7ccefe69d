/**
 * The head-only model: a classifier on embeddings in plain Java, for traffic that carries features
 * instead of inputs. Found through {@link dev.meander.core.model.ModelProvider} like every engine;
 * its files are safetensors.
 */
@NullMarked
package dev.meander.core.head;

import org.jspecify.annotations.NullMarked;
