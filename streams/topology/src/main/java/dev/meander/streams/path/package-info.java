/** What the stages of the path are called and how they hand records on. Below every stage. */
@NullMarked
package dev.meander.streams.path;

import org.jspecify.annotations.NullMarked;
