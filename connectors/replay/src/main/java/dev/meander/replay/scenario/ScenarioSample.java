package dev.meander.replay.scenario;

/**
 * One labelled input of a scenario.
 *
 * @param index position in the stream, from 0
 * @param segment index of its segment
 * @param input row-major; owned by the sample, not to be written
 * @param label true class
 * @param labelDelay after how many more samples it becomes known, as {@link
 *     dev.meander.replay.data.DataSet#labelDelay} says
 */
@SuppressWarnings("ArrayRecordComponent") // the input is not copied; samples are not compared
public record ScenarioSample(int index, int segment, float[] input, int label, int labelDelay) {}
