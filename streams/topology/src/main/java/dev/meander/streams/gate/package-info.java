/**
 * First stage: traffic becomes samples, skipped events become counts. The judgement is the core's
 * {@code EntropyGate}.
 */
@NullMarked
package dev.meander.streams.gate;

import org.jspecify.annotations.NullMarked;
