/** What the topology counts. One enum names every metric; the README table is made from it. */
@NullMarked
package dev.meander.streams.metric;

import org.jspecify.annotations.NullMarked;
