package dev.meander.replay.evaluate;

/** Told how an evaluation goes on. Called from several threads. */
public interface EvaluationProgress {

  /**
   * The evaluation begins.
   *
   * @param runs still to be made
   * @param kept runs that an earlier evaluation has finished
   * @param samples of the runs to be made, all together
   */
  void begin(int runs, int kept, long samples);

  /**
   * A batch is done.
   *
   * @throws RuntimeException to stop the evaluation; finished runs are kept
   */
  void advanced(int samples);

  /** A run is done. */
  void finished(RunResult result);
}
