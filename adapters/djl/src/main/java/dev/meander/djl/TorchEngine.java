package dev.meander.djl;

import ai.djl.engine.Engine;
import dev.meander.core.model.ModelRefusedException;
import dev.meander.core.model.ModelSource;
import org.jspecify.annotations.Nullable;

/**
 * Starts the engine, once per process: offline, without telemetry, with a fixed number of threads.
 *
 * <p>Thread-safety: safe.
 */
final class TorchEngine {

  private static final String THREADS = "ai.djl.pytorch.num_threads";
  private static final String PARALLEL_OPERATIONS = "ai.djl.pytorch.num_interop_threads";

  private static @Nullable TorchEngine started;

  private final int threads;
  private final String version;

  private TorchEngine(int threads, String version) {
    this.threads = threads;
    this.version = version;
  }

  /**
   * The engine with the threads that {@code source} asks for.
   *
   * @throws ModelRefusedException when it already runs with another number
   */
  static synchronized TorchEngine start(ModelSource source) {
    if (started == null) {
      started = start(source.engineThreads());
    }
    if (started.threads != source.engineThreads()) {
      throw new ModelRefusedException(
          "expected "
              + started.threads
              + " engine threads for model "
              + source.name()
              + ", as the engine of this process was started with, found "
              + source.engineThreads()
              + "; use one number in all configurations of a process");
    }
    return started;
  }

  private static TorchEngine start(int threads) {
    // read once, when the engine's classes are loaded
    setUnlessGiven("ai.djl.offline", "true");
    setUnlessGiven("OPT_OUT_TRACKING", "true");
    System.setProperty(THREADS, String.valueOf(threads));
    System.setProperty(PARALLEL_OPERATIONS, "1");
    try (EngineGate.Passage inside = EngineGate.process().enter()) {
      Engine engine = Engine.getEngine("PyTorch");
      String version = "pytorch " + engine.getVersion() + " (djl " + Engine.getDjlVersion();
      return new TorchEngine(threads, version);
    }
  }

  private static void setUnlessGiven(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }

  int threads() {
    return threads;
  }

  /**
   * What decides how sums round: engine, version and memory order, such as {@code pytorch 2.7.1
   * (djl 0.36.0, channels last)}.
   */
  String version(MemoryOrder order) {
    return version + ", " + order.words() + ")";
  }
}
