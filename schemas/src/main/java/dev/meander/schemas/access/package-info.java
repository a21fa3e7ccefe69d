/** What a program must be allowed to do on a cluster, and the words for what it is not. */
@NullMarked
package dev.meander.schemas.access;

import org.jspecify.annotations.NullMarked;
