/** The topic catalogue: nothing else names a topic. */
@NullMarked
package dev.meander.schemas;

import org.jspecify.annotations.NullMarked;
