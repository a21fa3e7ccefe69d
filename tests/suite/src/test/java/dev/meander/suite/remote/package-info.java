/** The programs as a user has them: each a process of its own, which meet on a cluster alone. */
@NullMarked
package dev.meander.suite.remote;

import org.jspecify.annotations.NullMarked;
