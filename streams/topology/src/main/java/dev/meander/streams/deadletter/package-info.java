/**
 * Refused records: counted, explained, and laid aside with their original bytes. Below every stage.
 */
@NullMarked
package dev.meander.streams.deadletter;

import org.jspecify.annotations.NullMarked;
