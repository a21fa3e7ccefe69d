/**
 * Last stage: a version becomes an adapter record and an alias record in one transaction. Commands
 * move the alias and remove versions here.
 */
@NullMarked
package dev.meander.streams.publish;

import org.jspecify.annotations.NullMarked;
