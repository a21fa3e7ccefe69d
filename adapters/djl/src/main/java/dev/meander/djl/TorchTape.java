package dev.meander.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.JniUtils;
import dev.meander.core.model.Tape;
import dev.meander.core.model.TapeChecks;
import dev.meander.core.tensor.Tensor;
import dev.meander.core.weights.Block;
import dev.meander.core.weights.Layout;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One pass through a {@link TorchModel}. Owns the native memory of the pass.
 *
 * <p>Thread-safety: none.
 */
final class TorchTape implements Tape {

  private final TorchModel model;
  private final PtNDManager scope;
  private final @Nullable PtNDArray featureArray;
  private final PtNDArray logitArray;
  private final Tensor features;
  private final Tensor logits;
  private final float @Nullable [] batchStatistics;
  private final Set<Block> differentiated;
  private final Map<Block, float[]> gradients = new HashMap<>();
  private boolean wentBack;
  private boolean closed;

  /**
   * @param scope closed with the tape
   * @param features null when the model shows none
   * @param batchStatistics in the layout of {@link TorchModel#statistics}; null in source mode
   * @param differentiated blocks that receive gradients
   */
  TorchTape(
      TorchModel model,
      PtNDManager scope,
      @Nullable NDArray features,
      NDArray logits,
      float @Nullable [] batchStatistics,
      Set<Block> differentiated) {
    this.model = model;
    this.scope = scope;
    this.featureArray = (PtNDArray) features;
    this.logitArray = (PtNDArray) logits;
    this.logits = TorchModule.tensor(logits);
    this.features =
        features == null
            ? new Tensor(new float[0], this.logits.rows(), 0)
            : TorchModule.tensor(features);
    this.batchStatistics = batchStatistics;
    this.differentiated = differentiated;
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
    try (EngineGate.Passage inside = EngineGate.process().enter();
        GradientMode mode = GradientMode.set(true)) {
      NDArray loss = product(logitArray, dLogits, logits);
      if (dFeatures != null && featureArray != null) {
        loss = loss.add(product(featureArray, dFeatures, features));
      }
      NDArray one = scope.ones(loss.getShape());
      JniUtils.backward((PtNDArray) loss, (PtNDArray) one, false, false);
      for (Block block : differentiated) {
        float[] gradient = new float[block.size()];
        model.module().takeGradient(block, gradient);
        gradients.put(block, gradient);
      }
    }
  }

  /**
   * The sum of an output times its derivative. Without a derivative it is zero but still a function
   * of the output: the features alone may not depend on any trained block, the logits do.
   */
  private NDArray product(PtNDArray output, float @Nullable [] derivative, Tensor like) {
    float[] factors = derivative == null ? new float[like.data().length] : derivative;
    return output.mul(scope.create(factors, new Shape(like.rows(), like.rowSize()))).sum();
  }

  @Override
  public void gradient(Block block, float[] into) {
    Inputs.checkBlock(model.spec().inventory(), block, into.length);
    if (!wentBack) {
      throw new IllegalStateException("expected backward before gradient, found none");
    }
    float[] gradient = gradients.get(block);
    if (gradient == null) {
      throw new IllegalArgumentException("expected a trained block, found " + block);
    }
    System.arraycopy(gradient, 0, into, 0, into.length);
  }

  @Override
  public void statistic(Block statistic, float[] into) {
    Layout statistics = model.statistics();
    Inputs.checkBlock(model.spec().inventory(), statistic, into.length);
    if (!statistic.role().isStatistic()) {
      throw new IllegalArgumentException("expected a running statistic, found " + statistic);
    }
    if (batchStatistics == null) {
      throw new IllegalStateException(
          "expected a pass with batch statistics, found one with source statistics");
    }
    System.arraycopy(batchStatistics, statistics.offset(statistic), into, 0, into.length);
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      try (EngineGate.Passage inside = EngineGate.process().enter()) {
        scope.close();
      }
    }
  }
}
