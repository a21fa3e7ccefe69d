/**
 * Brings a cluster and a registry into the state the catalogue describes, and says where they
 * differ. Every call has a bound and answers an unreachable server with one message.
 */
@NullMarked
package dev.meander.app.topics;

import org.jspecify.annotations.NullMarked;
