/**
 * The reference serving node: configuration and wiring. It answers over HTTP, follows {@code
 * adapters} and {@code aliases}, writes {@code traffic} and {@code acks}; each of them lives in a
 * package below and does not know this one.
 */
@NullMarked
package dev.meander.serving;

import org.jspecify.annotations.NullMarked;
