/**
 * Settings of a component: typed options with one default each, every problem reported at once,
 * unknown keys refused. Used by the records of every package; knows none of them.
 */
@NullMarked
package dev.meander.core.config;

import org.jspecify.annotations.NullMarked;
