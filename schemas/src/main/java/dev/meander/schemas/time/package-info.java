/** What time it is for the brokers, which refuse records that are too far from it. */
@NullMarked
package dev.meander.schemas.time;

import org.jspecify.annotations.NullMarked;
