/**
 * The subcommands of {@code meander}: they read options, call the module that does the work and
 * print what it answers. Nothing is decided here but exit codes.
 */
@NullMarked
package dev.meander.app.command;

import org.jspecify.annotations.NullMarked;
