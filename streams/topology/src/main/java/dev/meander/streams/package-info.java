/**
 * The learner application: topology, configuration, life cycle. {@link
 * dev.meander.streams.AdaptationTopology} alone knows every stage; the stages do not know each
 * other.
 */
@NullMarked
package dev.meander.streams;

import org.jspecify.annotations.NullMarked;
