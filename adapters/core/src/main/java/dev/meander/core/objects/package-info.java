/**
 * Where payloads lie that are too large for the log, named by what they hold. A port with one
 * implementation, a folder; readers trust a digest and nothing else.
 */
@NullMarked
package dev.meander.core.objects;

import org.jspecify.annotations.NullMarked;
