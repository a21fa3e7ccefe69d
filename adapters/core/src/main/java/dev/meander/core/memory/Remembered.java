package dev.meander.core.memory;

import dev.meander.core.tensor.Tensor;

/**
 * Samples drawn from a bank.
 *
 * @param x {@code [n, input...]}
 * @param labels predicted class of each when it was offered {@code [n]}
 * @param uncertainties entropy of each when it was offered {@code [n]}
 * @param ages samples offered since each, itself included {@code [n]}
 */
public record Remembered(Tensor x, int[] labels, double[] uncertainties, double[] ages) {}
