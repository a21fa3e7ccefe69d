package dev.meander.replay.scenario;

/**
 * One labelled image of a drifting stream.
 *
 * @param index position in the stream, from 0
 * @param segment name of the segment it belongs to
 * @param severity 0 clean, else 1 to 5
 * @param image channels first, row by row, values 0 to 1; owned by the sample, not to be written
 * @param label true class
 */
@SuppressWarnings("ArrayRecordComponent") // the image is not copied; samples are not compared
public record DriftSample(int index, String segment, int severity, float[] image, int label) {}
