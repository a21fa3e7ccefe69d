@NullMarked
package dev.meander.schemas.stall;

import org.jspecify.annotations.NullMarked;
