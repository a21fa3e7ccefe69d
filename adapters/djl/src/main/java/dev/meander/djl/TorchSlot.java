package dev.meander.djl;

import ai.djl.pytorch.engine.PtNDManager;
import dev.meander.core.model.AdapterSlot;
import dev.meander.core.model.ModelSource;
import dev.meander.core.model.ModelSpec;
import dev.meander.core.model.NormMode;
import dev.meander.core.tensor.Tensor;
import dev.meander.core.weights.AdapterVersion;
import dev.meander.core.weights.AdapterWeights;
import dev.meander.core.weights.Block;
import dev.meander.core.weights.Layout;
import dev.meander.core.weights.LineageId;
import java.util.List;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * Slot with two copies of the model: one answers, the other is prepared. A swap waits for the last
 * readers of the standby copy (those of the swap before), writes it, and flips one reference.
 *
 * <p>Thread-safety: any number of predicting threads; swaps wait for each other.
 */
final class TorchSlot implements AdapterSlot {

  /** One copy of the model and who may touch it. */
  private static final class Copy {
    final TorchModule module;
    final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    Layout adapted = new Layout(List.of()); // blocks that are not the base's; guarded by lock

    Copy(TorchModule module) {
      this.module = module;
    }
  }

  /** A copy while its weights are those of a version. */
  private record Live(Copy copy, AdapterVersion version) {}

  private final ModelSpec spec;
  private final String method;
  private final Outputs outputs;
  private final float[] base;
  private final Copy first;
  private final Copy second;
  private volatile Live live;
  private volatile boolean closed;

  private TorchSlot(TorchModule first, TorchModule second, ModelProbe probe, LineageId lineage) {
    this.spec = probe.spec();
    this.method = probe.method();
    this.outputs = probe.outputs();
    this.base = TorchModel.readAll(first, spec.inventory());
    this.first = new Copy(first);
    this.second = new Copy(second);
    second.normalise(NormMode.SOURCE.code());
    second.takeInputs(probe.order());
    AdapterWeights untouched = new AdapterWeights(spec.inventory(), base);
    this.live = new Live(this.first, new AdapterVersion(lineage, 0, untouched.contentHash()));
  }

  /** Opens a slot; see {@link TorchProvider#openSlot}. */
  static TorchSlot open(ModelSource source, LineageId lineage) {
    TorchEngine engine = TorchEngine.start(source);
    try (ModelFile file = ModelFile.prepare(source)) {
      TorchModule first = file.load();
      try {
        ModelProbe probe = ModelProbe.of(first, file, source, engine);
        return new TorchSlot(first, file.load(), probe, lineage);
      } catch (RuntimeException e) {
        first.close();
        throw e;
      }
    }
  }

  @Override
  public ModelSpec spec() {
    return spec;
  }

  @Override
  public AdapterVersion active() {
    return live.version();
  }

  @Override
  public Answer predict(Tensor x) {
    spec.checkBatch(x);
    Live now = lockLive();
    try (EngineGate.Passage inside = EngineGate.process().enter();
        PtNDManager scope = now.copy().module.newScope()) {
      Tensor logits =
          TorchModule.tensor(outputs.logits(now.copy().module.run(method, scope, x, false)));
      return new Answer(logits, now.version());
    } finally {
      now.copy().lock.readLock().unlock();
    }
  }

  /** Locks the live copy for reading; a copy that stopped being live meanwhile is let go. */
  private Live lockLive() {
    while (true) {
      Live candidate = live;
      Lock reading = candidate.copy().lock.readLock();
      reading.lock();
      if (closed) {
        reading.unlock();
        throw new IllegalStateException(
            "expected an open slot, found that of " + candidate.version().lineage() + " closed");
      }
      if (live == candidate) {
        return candidate;
      }
      reading.unlock();
    }
  }

  @Override
  public synchronized void swap(AdapterVersion version, AdapterWeights weights) {
    for (Block block : weights.layout().blocks()) {
      Inputs.checkBlock(spec.inventory(), block);
    }
    Copy standby = live.copy() == first ? second : first;
    Lock writing = standby.lock.writeLock();
    writing.lock();
    try {
      if (closed) {
        throw new IllegalStateException(
            "expected an open slot, found that of " + version.lineage() + " closed");
      }
      for (Block block : standby.adapted.blocks()) {
        if (!weights.layout().contains(block.name())) {
          standby.module.write(block, base, spec.inventory().offset(block));
        }
      }
      for (Block block : weights.layout().blocks()) {
        standby.module.write(block, weights.values(), weights.layout().offset(block));
      }
      standby.adapted = weights.layout();
    } finally {
      writing.unlock();
    }
    live = new Live(standby, version);
  }

  @Override
  public synchronized void close() {
    closed = true;
    for (Copy copy : List.of(first, second)) {
      copy.lock.writeLock().lock();
      try {
        copy.module.close();
      } finally {
        copy.lock.writeLock().unlock();
      }
    }
  }
}
