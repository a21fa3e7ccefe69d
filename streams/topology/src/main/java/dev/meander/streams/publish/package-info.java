/** Last stage: a version becomes an adapter record and an alias record in one transaction. */
@NullMarked
package dev.meander.streams.publish;

import org.jspecify.annotations.NullMarked;
