/** Warnings that come by the thousand, said once a minute with their number. */
@NullMarked
package dev.meander.schemas.log;

import org.jspecify.annotations.NullMarked;
