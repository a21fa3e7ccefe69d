package dev.meander.app.demo;

/** Told what a demonstration is doing. Called from several threads. */
public interface DemoProgress {

  /**
   * A stage begins.
   *
   * @param name what is being done
   * @param steps how many steps it has; 0 when that is not known
   */
  void stage(String name, int steps);

  /** So many steps of the stage are done. */
  void advance(int steps);

  /** The stage ends. */
  void done();
}
