/**
 * The topic catalogue and the words on the wire: topics, keys, partition rules and the reasons a
 * record is refused. Nothing else names a topic; depends on the JDK and the generated records only.
 */
@NullMarked
package dev.meander.schemas;

import org.jspecify.annotations.NullMarked;
