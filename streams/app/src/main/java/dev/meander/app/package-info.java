/**
 * The program: command line, embedded stack, demonstration. Sees every module; decides nothing
 * itself.
 */
@NullMarked
package dev.meander.app;

import org.jspecify.annotations.NullMarked;
