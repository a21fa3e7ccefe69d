package dev.meander.core.head;

import dev.meander.core.model.AdapterSlot;
import dev.meander.core.model.ModelSpec;
import dev.meander.core.model.NormMode;
import dev.meander.core.tensor.Tensor;
import dev.meander.core.weights.AdapterVersion;
import dev.meander.core.weights.AdapterWeights;
import dev.meander.core.weights.Block;
import dev.meander.core.weights.LineageId;

/**
 * Slot of a head: the active weights are one immutable reference, so readers never wait.
 *
 * <p>Thread-safety: any number of predicting threads; the last of several swaps at once wins.
 */
final class HeadSlot implements AdapterSlot {

  private record Active(AdapterVersion version, float[] weights) {}

  private final ModelSpec spec;
  private final HeadNetwork network;
  private final float[] base;
  private volatile Active active;
  private volatile boolean closed;

  /**
   * @param base every block in the order of the network's layout; not written
   */
  HeadSlot(ModelSpec spec, HeadNetwork network, float[] base, LineageId lineage) {
    this.spec = spec;
    this.network = network;
    this.base = base;
    AdapterWeights untouched = new AdapterWeights(network.layout, base);
    this.active = new Active(new AdapterVersion(lineage, 0, untouched.contentHash()), base);
  }

  @Override
  public ModelSpec spec() {
    return spec;
  }

  @Override
  public AdapterVersion active() {
    return active.version();
  }

  @Override
  public Answer predict(Tensor x) {
    spec.checkBatch(x);
    Active now = active;
    checkOpen(now.version());
    int rows = x.rows();
    HeadBuffers buffers = new HeadBuffers(network);
    buffers.fit(rows, false);
    float[] features = new float[rows * network.features];
    float[] logits = new float[rows * network.classes];
    network.forward(now.weights(), x.data(), rows, NormMode.SOURCE, buffers, features, logits);
    return new Answer(new Tensor(logits, rows, network.classes), now.version());
  }

  private void checkOpen(AdapterVersion version) {
    if (closed) {
      throw new IllegalStateException(
          "expected an open slot, found that of " + version.lineage() + " closed");
    }
  }

  @Override
  public void swap(AdapterVersion version, AdapterWeights adapter) {
    checkOpen(version);
    float[] weights = base.clone();
    for (Block block : adapter.layout().blocks()) {
      network.check(block, block.size());
      System.arraycopy(
          adapter.values(),
          adapter.layout().offset(block),
          weights,
          network.layout.offset(block),
          block.size());
    }
    active = new Active(version, weights);
  }

  @Override
  public void close() {
    closed = true;
  }
}
