/**
 * One slot per lineage, and the base model for lineages without a version. Stands between the
 * subscriber, which swaps, and HTTP, which predicts.
 */
@NullMarked
package dev.meander.serving.slot;

import org.jspecify.annotations.NullMarked;
