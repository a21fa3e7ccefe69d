/**
 * Transactions that hang: partitions whose committed end does not move, what stands in their way,
 * and how to end it. Rules are plain classes of numbers; the shells ask a cluster.
 */
@NullMarked
package dev.meander.schemas.stall;

import org.jspecify.annotations.NullMarked;
