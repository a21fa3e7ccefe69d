package dev.meander.core.learner;

import dev.meander.core.model.AdaptableModel;
import dev.meander.core.model.ModelSpec;
import dev.meander.core.model.NormMode;
import dev.meander.core.model.PassFailedException;
import dev.meander.core.model.Tape;
import dev.meander.core.tensor.Tensor;
import dev.meander.core.weights.Block;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A model whose failures in a pass have a name, so that they are told from those of the method that
 * runs it.
 *
 * <p>Thread-safety: none; as the model.
 */
final class GuardedModel implements AdaptableModel {

  private final AdaptableModel model;

  GuardedModel(AdaptableModel model) {
    this.model = model;
  }

  /** Names what the model throws; an interrupted thread is no sample's doing. */
  private static <T> T guarded(Supplier<T> pass) {
    try {
      return pass.get();
    } catch (RuntimeException | OutOfMemoryError | StackOverflowError e) {
      if (e instanceof PassFailedException || Thread.currentThread().isInterrupted()) {
        throw e;
      }
      throw new PassFailedException(e);
    }
  }

  private static void guarded(Runnable pass) {
    guarded(
        () -> {
          pass.run();
          return true;
        });
  }

  @Override
  public ModelSpec spec() {
    return model.spec();
  }

  @Override
  public Tape forward(Tensor x, NormMode norm, boolean gradients) {
    return new GuardedTape(guarded(() -> model.forward(x, norm, gradients)));
  }

  @Override
  public void read(Block block, float[] into) {
    model.read(block, into);
  }

  @Override
  public void readBase(Block block, float[] into) {
    model.readBase(block, into);
  }

  @Override
  public void write(Block block, float[] from) {
    model.write(block, from);
  }

  @Override
  public void train(Iterable<Block> blocks) {
    model.train(blocks);
  }

  @Override
  public void close() {
    model.close();
  }

  /** A pass of it. */
  private record GuardedTape(Tape tape) implements Tape {

    @Override
    public Tensor logits() {
      return guarded(tape::logits);
    }

    @Override
    public Tensor features() {
      return guarded(tape::features);
    }

    @Override
    public void backward(float @Nullable [] dLogits, float @Nullable [] dFeatures) {
      guarded(() -> tape.backward(dLogits, dFeatures));
    }

    @Override
    public void gradient(Block block, float[] into) {
      guarded(() -> tape.gradient(block, into));
    }

    @Override
    public void statistic(Block statistic, float[] into) {
      guarded(() -> tape.statistic(statistic, into));
    }

    @Override
    public void close() {
      tape.close();
    }
  }
}
