package dev.meander.djl;

import ai.djl.pytorch.jni.JniUtils;

/**
 * Switches the engine's recording of gradients for the current thread and back. It is on in every
 * new thread, so that every operation of this package states what it wants.
 */
final class GradientMode implements AutoCloseable {

  private final boolean before;

  private GradientMode(boolean before) {
    this.before = before;
  }

  static GradientMode set(boolean recording) {
    GradientMode mode = new GradientMode(JniUtils.isGradMode());
    JniUtils.setGradMode(recording);
    return mode;
  }

  @Override
  public void close() {
    JniUtils.setGradMode(before);
  }
}
