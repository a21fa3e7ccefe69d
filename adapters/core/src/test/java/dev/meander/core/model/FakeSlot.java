package dev.meander.core.model;

import dev.meander.core.tensor.Tensor;
import dev.meander.core.weights.AdapterVersion;
import dev.meander.core.weights.AdapterWeights;
import dev.meander.core.weights.Block;
import dev.meander.core.weights.LineageId;
import dev.meander.core.weights.Sha256;

/** Slot over {@link FakeModel}'s arithmetic; the active weights are one immutable reference. */
public final class FakeSlot implements AdapterSlot {

  private record Active(AdapterVersion version, float[] weights) {}

  private final ModelSpec spec;
  private final FakeNetwork network;
  private final float[] base;
  private volatile Active active;

  public FakeSlot(FakeModel model, LineageId lineage) {
    this.spec = model.spec();
    this.network = FakeModel.network(spec.inputShape(), spec.classes());
    this.base = new float[spec.inventory().size()];
    for (Block block : spec.inventory().blocks()) {
      float[] floats = new float[block.size()];
      model.readBase(block, floats);
      System.arraycopy(floats, 0, base, spec.inventory().offset(block), floats.length);
    }
    Sha256 content = new AdapterWeights(spec.inventory(), base).contentHash();
    this.active = new Active(new AdapterVersion(lineage, 0, content), base);
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
    FakeModel.checkShape(spec, x);
    Active now = active;
    float[] logits = network.forward(now.weights(), x, NormMode.SOURCE).logits;
    return new Answer(new Tensor(logits, x.rows(), spec.classes()), now.version());
  }

  @Override
  public void swap(AdapterVersion version, AdapterWeights adapter) {
    float[] weights = base.clone();
    for (Block block : adapter.layout().blocks()) {
      FakeModel.check(spec.inventory(), block, block.size());
      int from = adapter.layout().offset(block);
      int to = spec.inventory().offset(block);
      System.arraycopy(adapter.values(), from, weights, to, block.size());
    }
    active = new Active(version, weights);
  }

  @Override
  public void close() {}
}
