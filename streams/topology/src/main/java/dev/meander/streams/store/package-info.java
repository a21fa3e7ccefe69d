/** Logged stores and bounded maps: what a stage keeps, and how much of it. Below every stage. */
@NullMarked
package dev.meander.streams.store;

import org.jspecify.annotations.NullMarked;
