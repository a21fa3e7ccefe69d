package dev.meander.app.command;

import dev.meander.app.demo.DemoProgress;
import java.io.PrintWriter;

/**
 * Progress as plain lines, one for every tenth of a stage: for logs and pipes. Thread-safety: safe.
 */
final class PlainProgress implements DemoProgress {

  private final PrintWriter out;
  private String name = "";
  private int steps;
  private int done;
  private int tenths;

  PlainProgress(PrintWriter out) {
    this.out = out;
  }

  @Override
  public synchronized void stage(String name, int steps) {
    this.name = name;
    this.steps = steps;
    this.done = 0;
    this.tenths = 0;
    out.println(name);
    out.flush();
  }

  @Override
  public synchronized void advance(int steps) {
    done += steps;
    if (this.steps > 0 && 10L * done / this.steps > tenths) {
      tenths = (int) (10L * done / this.steps);
      out.println(name + ": " + 10 * tenths + " %");
      out.flush();
    }
  }

  @Override
  public synchronized void done() {
    out.flush();
  }
}
