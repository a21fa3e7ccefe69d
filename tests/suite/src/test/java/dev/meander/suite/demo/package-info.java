/** The demonstration as a user runs it: shortened, and stopped in the middle. */
@NullMarked
package dev.meander.suite.demo;

import org.jspecify.annotations.NullMarked;
