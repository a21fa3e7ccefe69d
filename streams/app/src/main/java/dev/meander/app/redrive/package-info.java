/**
 * Dead letters read back and sent again to the topic they came from. What was sent is remembered in
 * the offsets of a consumer group, in the same transaction as the records.
 */
@NullMarked
package dev.meander.app.redrive;

import org.jspecify.annotations.NullMarked;
