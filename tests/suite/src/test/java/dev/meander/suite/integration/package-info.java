/** The whole path on a real broker: learner application and serving nodes together. */
@NullMarked
package dev.meander.suite.integration;

import org.jspecify.annotations.NullMarked;
