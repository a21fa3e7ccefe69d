/** Where a cluster and its registry are, as options or a configuration file say. */
@NullMarked
package dev.meander.app.connection;

import org.jspecify.annotations.NullMarked;
