/**
 * The replay law: recorded samples driven through the same learner again, and each version that was
 * published compared with what they give now. Knows no broker; whoever has one hands the log over.
 */
@NullMarked
package dev.meander.replay.recorded;

import org.jspecify.annotations.NullMarked;
