package dev.meander.app.command;

import dev.meander.app.demo.DemoProgress;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** Progress as a bar with time left: for terminals. Thread-safety: safe. */
final class BarProgress implements DemoProgress {

  private static final int REFRESH_MILLIS = 250;

  private @Nullable ProgressBar bar;

  @Override
  public synchronized void stage(String name, int steps) {
    done();
    bar =
        new ProgressBarBuilder()
            .setTaskName(name)
            .setInitialMax(steps == 0 ? -1 : steps)
            .setStyle(ProgressBarStyle.ASCII)
            .setUpdateIntervalMillis(REFRESH_MILLIS)
            .build();
  }

  @Override
  public synchronized void advance(int steps) {
    if (bar != null) {
      bar.stepBy(steps);
    }
  }

  @Override
  public synchronized void done() {
    if (bar != null) {
      bar.close();
      bar = null;
    }
  }
}
