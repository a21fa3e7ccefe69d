package dev.meander.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.pytorch.engine.PtNDManager;
import dev.meander.core.model.AdaptableModel;
import dev.meander.core.model.ModelSource;
import dev.meander.core.model.ModelSpec;
import dev.meander.core.model.NormMode;
import dev.meander.core.model.Tape;
import dev.meander.core.tensor.Tensor;
import dev.meander.core.weights.Block;
import dev.meander.core.weights.Layout;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A TorchScript model behind the model port. Weights live in native memory; the base and the owned
 * running statistics are kept in Java, because a pass with batch statistics leaves those of the
 * batch in the module, from where they are taken before the owned ones are put back.
 *
 * <p>Thread-safety: none. One instance belongs to one thread at a time.
 */
final class TorchModel implements AdaptableModel {

  private final TorchModule module;
  private final ModelSpec spec;
  private final String method;
  private final Outputs outputs;
  private final MemoryOrder order;
  private final float[] base;
  private final Layout statistics;
  private final float[] ownedStatistics;
  private final Set<Block> trained = new LinkedHashSet<>();

  private TorchModel(TorchModule module, ModelProbe probe) {
    this.module = module;
    this.spec = probe.spec();
    this.method = probe.method();
    this.outputs = probe.outputs();
    this.order = probe.order();
    this.base = readAll(module, spec.inventory());
    this.statistics = spec.inventory().select(block -> block.role().isStatistic());
    this.ownedStatistics = readAll(module, statistics);
  }

  /** Opens a model; see {@link TorchProvider#open}. */
  static TorchModel open(ModelSource source) {
    TorchEngine engine = TorchEngine.start(source);
    try (ModelFile file = ModelFile.prepare(source)) {
      TorchModule module = file.load();
      try {
        return new TorchModel(module, ModelProbe.of(module, file, source, engine));
      } catch (RuntimeException e) {
        module.close();
        throw e;
      }
    }
  }

  static float[] readAll(TorchModule module, Layout layout) {
    float[] all = new float[layout.size()];
    for (Block block : layout.blocks()) {
      float[] floats = new float[block.size()];
      module.read(block, floats);
      System.arraycopy(floats, 0, all, layout.offset(block), floats.length);
    }
    return all;
  }

  @Override
  public ModelSpec spec() {
    return spec;
  }

  @Override
  public Tape forward(Tensor x, NormMode norm, boolean gradients) {
    if (module.isClosed()) {
      throw new IllegalStateException("expected an open model, found " + spec.name() + " closed");
    }
    spec.checkBatch(x);
    Set<Block> differentiated = gradients ? Set.copyOf(trained) : Set.of();
    try (EngineGate.Passage inside = EngineGate.process().enter();
        GradientMode mode = GradientMode.set(!differentiated.isEmpty())) {
      PtNDManager scope = module.newScope();
      try {
        module.normalise(norm.code());
        // recording even without gradients: what is made here may not be bound to inference mode
        NDList answer = module.run(method, scope, x, true);
        float @Nullable [] batch = norm.usesBatch() ? readAll(module, statistics) : null;
        NDArray features = spec.hasFeatures() ? answer.get(ModelProbe.FEATURES) : null;
        NDArray logits = outputs.logits(answer);
        return new TorchTape(this, scope, features, logits, batch, differentiated);
      } catch (RuntimeException e) {
        scope.close();
        throw e;
      } finally {
        if (norm.usesBatch()) {
          restoreStatistics();
        }
      }
    }
  }

  private void restoreStatistics() {
    for (Block block : statistics.blocks()) {
      module.write(block, ownedStatistics, statistics.offset(block));
    }
  }

  TorchModule module() {
    return module;
  }

  /** How inputs lie in the engine's memory. */
  MemoryOrder order() {
    return order;
  }

  Layout statistics() {
    return statistics;
  }

  @Override
  public void read(Block block, float[] into) {
    Inputs.checkBlock(spec.inventory(), block, into.length);
    module.read(block, into);
  }

  @Override
  public void readBase(Block block, float[] into) {
    Inputs.checkBlock(spec.inventory(), block, into.length);
    System.arraycopy(base, spec.inventory().offset(block), into, 0, into.length);
  }

  @Override
  public void write(Block block, float[] from) {
    Inputs.checkBlock(spec.inventory(), block, from.length);
    module.write(block, from, 0);
    if (block.role().isStatistic()) {
      System.arraycopy(from, 0, ownedStatistics, statistics.offset(block), from.length);
    }
  }

  @Override
  public void train(Iterable<Block> blocks) {
    Set<Block> wanted = new LinkedHashSet<>();
    for (Block block : blocks) {
      Inputs.checkBlock(spec.inventory(), block);
      if (block.role().isStatistic()) {
        throw new IllegalArgumentException("expected a trainable block, found " + block);
      }
      wanted.add(block);
    }
    if (wanted.equals(trained)) {
      return;
    }
    try (EngineGate.Passage inside = EngineGate.process().enter()) {
      trained.forEach(block -> module.requireGradient(block, wanted.contains(block)));
      wanted.forEach(block -> module.requireGradient(block, true));
    }
    trained.clear();
    trained.addAll(wanted);
  }

  @Override
  public void close() {
    module.close();
  }
}
