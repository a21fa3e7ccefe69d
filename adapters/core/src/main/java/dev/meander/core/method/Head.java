package dev.meander.core.method;

/**
 * The base model's linear head.
 *
 * @param weight {@code [classes * features]}; not to be written
 * @param bias {@code [classes]}; zeros where the head has none
 */
record Head(float[] weight, float[] bias) {}
