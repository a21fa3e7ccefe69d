package dev.meander.replay.recorded;

/**
 * What a configuration made of one batch. Recorded events carry no labels, so what is told is how
 * sure it was, and to how many samples it would have answered another class than was served.
 *
 * @param firstOffset offset of its first sample
 * @param lastOffset offset of its last sample
 * @param samples how many
 * @param meanEntropy of the learner's own predictions before the update, in nats
 * @param answered samples whose served answer is recorded
 * @param changed of those, how many would have got another class
 */
public record RunBatch(
    long firstOffset,
    long lastOffset,
    int samples,
    double meanEntropy,
    int answered,
    int changed) {}
