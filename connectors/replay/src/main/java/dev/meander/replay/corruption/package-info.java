/**
 * The corruptions of CIFAR-10-C and four more, severities 1 to 5, each in a file of its own. They
 * take and give float images in steps of 1/255 and draw their randomness from a seed and a
 * position. {@code contact-sheet.png} in this folder shows them all.
 */
@NullMarked
package dev.meander.replay.corruption;

import org.jspecify.annotations.NullMarked;
