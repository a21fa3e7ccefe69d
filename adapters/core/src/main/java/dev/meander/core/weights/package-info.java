/**
 * Blocks of floats and their arithmetic: what an adapter is made of, how it is laid out and what
 * identifies it. Above {@code tensor}, below {@code model}.
 */
@NullMarked
package dev.meander.core.weights;

import org.jspecify.annotations.NullMarked;
