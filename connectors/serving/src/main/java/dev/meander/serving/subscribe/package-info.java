/**
 * The subscriber library: follows {@code adapters} and {@code aliases}, decides in a plain class
 * which version of each lineage serves, and swaps it in. Knows nothing of HTTP.
 */
@NullMarked
package dev.meander.serving.subscribe;

import org.jspecify.annotations.NullMarked;
