package dev.meander.core.head;

import dev.meander.core.model.NormMode;
import dev.meander.core.model.Tape;
import dev.meander.core.model.TapeChecks;
import dev.meander.core.tensor.Tensor;
import dev.meander.core.weights.Block;
import dev.meander.core.weights.Role;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One pass through a {@link HeadModel}. Logits and features outlive it; its buffers go back to the
 * model.
 *
 * <p>Thread-safety: none.
 */
final class HeadTape implements Tape {

  private final HeadModel model;
  private final HeadBuffers buffers;
  private final Tensor features;
  private final Tensor logits;
  private final NormMode norm;
  private final Set<Block> differentiated;
  private final HeadNetwork.Trained trained;
  private boolean wentBack;
  private boolean closed;

  HeadTape(
      HeadModel model,
      HeadBuffers buffers,
      Tensor features,
      Tensor logits,
      NormMode norm,
      Set<Block> differentiated,
      HeadNetwork.Trained trained) {
    this.model = model;
    this.buffers = buffers;
    this.features = features;
    this.logits = logits;
    this.norm = norm;
    this.differentiated = differentiated;
    this.trained = trained;
  }

  @Override
  public Tensor logits() {
    return logits;
  }

  @Override
  public Tensor features() {
    return features;
  }

  @Override
  public void backward(float @Nullable [] dLogits, float @Nullable [] dFeatures) {
    boolean open = !closed && !differentiated.isEmpty();
    TapeChecks.checkBackward(open, wentBack, dLogits, logits, dFeatures, features);
    wentBack = true;
    model
        .network()
        .backward(
            model.weights(), logits.rows(), buffers, features.data(), dLogits, dFeatures, trained);
  }

  @Override
  public void gradient(Block block, float[] into) {
    model.network().check(block, into.length);
    if (!wentBack || closed) {
      throw new IllegalStateException("expected backward before gradient, found none");
    }
    if (!differentiated.contains(block)) {
      throw new IllegalArgumentException("expected a trained block, found " + block);
    }
    System.arraycopy(buffers.gradient, model.network().layout.offset(block), into, 0, into.length);
  }

  @Override
  public void statistic(Block statistic, float[] into) {
    model.network().check(statistic, into.length);
    if (!statistic.role().isStatistic()) {
      throw new IllegalArgumentException("expected a running statistic, found " + statistic);
    }
    if (!norm.usesBatch() || closed) {
      throw new IllegalStateException(
          "expected a pass with batch statistics, found one with source statistics");
    }
    double[] values =
        statistic.role() == Role.RUNNING_MEAN ? buffers.batchMean : buffers.batchVariance;
    for (int j = 0; j < into.length; j++) {
      into[j] = (float) values[j];
    }
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      model.giveBack(buffers);
    }
  }
}
