/**
 * The crash law: the real application in processes of its own, killed, suspended and cut off from
 * its broker at seeded points, makes what an uninterrupted one makes.
 */
@NullMarked
package dev.meander.suite.crash;

import org.jspecify.annotations.NullMarked;
