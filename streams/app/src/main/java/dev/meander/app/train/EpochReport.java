package dev.meander.app.train;

/**
 * How training went in one epoch.
 *
 * @param epoch from 1
 * @param meanLoss mean cross-entropy of the training batches, before each step
 * @param trainingErrorPercent share of them that was wrong
 */
public record EpochReport(int epoch, double meanLoss, double trainingErrorPercent) {}
