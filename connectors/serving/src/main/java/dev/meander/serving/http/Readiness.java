package dev.meander.serving.http;

/**
 * Whether a node should be asked.
 *
 * @param answering whether it has weights to answer with: false while it starts and stops
 * @param ready whether what it answers with is what the log says; load balancers look at this
 * @param detail for people, when it is not ready
 */
public record Readiness(boolean answering, boolean ready, String detail) {}
