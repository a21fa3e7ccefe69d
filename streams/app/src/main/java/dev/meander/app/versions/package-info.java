/**
 * The versions of a lineage as they lie on a cluster, and commands to it with their answers. Knows
 * nothing of the command line.
 */
@NullMarked
package dev.meander.app.versions;

import org.jspecify.annotations.NullMarked;
