/**
 * Files that a program writes whole or not at all, and what is said when they cannot be written.
 */
@NullMarked
package dev.meander.core.files;

import org.jspecify.annotations.NullMarked;
