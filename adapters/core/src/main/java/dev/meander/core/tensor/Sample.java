package dev.meander.core.tensor;

/**
 * What the gate judges and a learner sees of one event. Arrays are owned by the sample: not copied,
 * not to be written.
 *
 * @param eventId id of the request
 * @param eventTimeMillis when the request was made
 * @param input one input, row-major, without the batch dimension
 * @param servedLogits the answer as served, one value per class; empty when unknown
 * @param weight weight given by the gate, &gt; 0
 * @param offset offset on {@code samples}, or position in the stream; grows
 */
public record Sample(
    String eventId,
    long eventTimeMillis,
    float[] input,
    float[] servedLogits,
    double weight,
    long offset) {}
